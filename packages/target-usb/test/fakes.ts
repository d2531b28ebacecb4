import { createHash } from 'node:crypto'
import type { DigestCache, FinishedMedium, TargetWriteRequest } from '@bootwright/api'
import { type Bytes, type Entry, type FileEntry, fromMemory } from '@bootwright/bytes'
import { encodeManifest, MANIFEST_PATH } from '@bootwright/medium-format'
import type { UsbTargetOptions } from '../src/options.ts'
import { fakeBootSector, fakeCore } from './fake-core.ts'

export const digests: DigestCache = { get: async () => undefined, set: async () => {} }

export const file = (content: Bytes | string): FileEntry => ({
  kind: 'file',
  content: typeof content === 'string' ? fromMemory(content) : content,
})

export const medium = (changes: Partial<FinishedMedium> = {}): FinishedMedium => ({
  id: '4b1fbc4a-0000-8000-8000-000000000000',
  name: 'lab',
  type: 'bootable',
  label: 'Lab',
  date: new Date('2026-11-24T00:00:00Z'),
  canSpan: false,
  boot: undefined,
  tree: new Map([['a/b.txt', file('content')]]),
  ...changes,
})

/** What starts a stick: the core of SYSLINUX is `loader`, to be put into the tree. */
export const loader: readonly [string, Entry] = ['syslinux/ldlinux.sys', file(fromMemory(fakeCore()))]
export const boot: NonNullable<FinishedMedium['boot']> = {
  tree: new Map(),
  bios: {
    loader: 'syslinux/isolinux.bin',
    usb: {
      loader: loader[0],
      bootSector: fakeBootSector(),
      mbrCode: { mbr: new Uint8Array(440).fill(1), gpt: new Uint8Array(440).fill(2) },
    },
  },
  uefi: { systemPartition: new Map([['EFI/BOOT/BOOTX64.EFI', file('MZ')]]) },
}

/** A medium with these files and a manifest of them. */
export function withManifest(
  files: Readonly<Record<string, string>>,
  { serial = 1, more = {} }: { readonly serial?: number; readonly more?: Readonly<Record<string, Entry>> } = {},
): FinishedMedium {
  const list = Object.entries(files)
    .map(([path, text]) => ({ path, size: text.length, sha256: createHash('sha256').update(text).digest('hex') }))
    .sort((a, b) => (a.path < b.path ? -1 : 1))
  const { id, type, label } = medium()
  const manifest = encodeManifest({ formatVersion: 1, id, type, label, serial, files: list, systemPartition: [] })
  const tree = new Map<string, Entry>([
    ...Object.entries(files).map(([path, text]): [string, Entry] => [path, file(text)]),
    [MANIFEST_PATH, { kind: 'file', content: fromMemory(manifest), change: 'often' }],
    ...Object.entries(more),
  ])
  return medium({ tree })
}

export const request = (
  options: Partial<UsbTargetOptions>,
  changes: Partial<TargetWriteRequest<UsbTargetOptions>> = {},
): TargetWriteRequest<UsbTargetOptions> => ({
  options: { partitionTable: 'gpt', ...options },
  folder: '/',
  overwrite: false,
  update: false,
  verify: true,
  attest: false,
  medium: medium(),
  signal: new AbortController().signal,
  progress: { start: () => ({ report() {}, end() {} }) },
  log: { debug() {}, info() {}, warn() {} },
  secret: () => Promise.reject(new Error('there is none')),
  ...changes,
})
