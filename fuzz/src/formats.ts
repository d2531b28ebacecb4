import { createHash, createPrivateKey, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { type Bytes, type Entry, fromMemory, overlay, type Range, read, type Tree, zeros } from '@bootwright/bytes'
import { CmsError, keySigner, signersOf, signSignedData, verifySignedData } from '@bootwright/format-cms'
import { CpioError, planCpio, readCpio } from '@bootwright/format-cpio'
import {
  DiskError,
  decodeMbr,
  EFI_SYSTEM_PARTITION,
  guidFrom,
  planGptDisk,
  planQcow2,
  readGpt,
  readQcow2,
} from '@bootwright/format-disk'
import { ExfatError, planExfat, readExfat } from '@bootwright/format-exfat'
import { FatError, type FatType, planFat, readFat } from '@bootwright/format-fat'
import { BCD_ELEMENT, BCD_OBJECT, type BcdValue, decodeBcd, encodeBcd, HiveError } from '@bootwright/format-hive'
import { IsoError, planIso, readIso, readUdf } from '@bootwright/format-iso'
import { authenticodeContent, PeError, planUki, readPe, readSbat, withCertificates } from '@bootwright/format-pe'
import { createWim, readImage, readWim, verifyWim, WimError, walk } from '@bootwright/format-wim'
import { efiProgram } from '@bootwright/test-support'

export interface Seed {
  readonly bytes: Bytes
  /** Where all but the contents is. */
  readonly structure: readonly Range[]
}
export interface Format {
  seeds(): Promise<readonly Seed[]>
  /** Reads all that can be read. */
  read(bytes: Bytes): Promise<void>
  /** What `read` may throw. */
  readonly isTyped: (error: unknown) => boolean
}

const date = new Date('2026-11-24T00:00:00Z')
const file = (content: Bytes | string): Entry => ({
  kind: 'file',
  content: typeof content === 'string' ? fromMemory(content) : content,
})
const plain = new Map<string, Entry>([
  ['EFI/BOOT/BOOTX64.EFI', file('MZ'.repeat(3000))],
  ['a file with a long name, in a folder/and another one/deep.txt', file('deep')],
  ['empty', file('')],
  ['grün/日本.txt', file('x'.repeat(5000))],
  ...Array.from({ length: 40 }, (_, index): [string, Entry] => [`many/file ${index}.bin`, file(`${index}`)]),
])
const linked = new Map<string, Entry>([...plain, ['link', { kind: 'link', target: 'empty' }]])
const all = (bytes: Bytes): Seed => ({ bytes, structure: [{ offset: 0, size: bytes.size }] })
const upTo = (bytes: Bytes, size: number): Seed => ({
  bytes,
  structure: [{ offset: 0, size: Math.min(size, bytes.size) }],
})

/** The start and the end of each file. */
async function readContents(tree: Tree): Promise<void> {
  for (const entry of tree.values()) {
    if (entry.kind !== 'file' || entry.content.size === 0) continue
    await read(entry.content, 0, 1)
    await read(entry.content, entry.content.size - 1, 1)
  }
}

export const formats: Readonly<Record<string, Format>> = {
  iso: {
    async seeds() {
      const boot = new Map<string, Entry>([...linked, ['boot.bin', file(zeros(4096))], ['efi.img', file(zeros(65536))]])
      const bootable = planIso(boot, {
        label: 'Fuzz',
        date,
        boot: [
          { platform: 'bios', path: 'boot.bin', bootInfoTable: true },
          { platform: 'uefi', path: 'efi.img' },
        ],
        hybrid: { seed: 'fuzz', systemPartition: 'efi.img' },
      })
      const simple = planIso(linked, { label: 'Fuzz', date })
      return [bootable, simple].map(({ bytes, extents }) => {
        const end = Math.max(...extents.map(({ offset, size }) => offset + size))
        return {
          bytes,
          structure: [
            ...[16, 17, 18, 19].map(block => ({ offset: block * 2048, size: 192 })),
            { offset: 20 * 2048, size: 128 },
            { offset: end, size: bytes.size - end },
            { offset: end, size: bytes.size - end },
            { offset: end, size: bytes.size - end },
          ],
        }
      })
    },
    async read(bytes) {
      await readContents((await readIso(bytes))?.tree ?? new Map())
    },
    isTyped: error => error instanceof IsoError,
  },
  udf: {
    async seeds() {
      const { bytes } = planIso(linked, { label: 'Fuzz', date, udf: true })
      const start = 257 * 2048
      return [
        {
          bytes,
          structure: [
            { offset: 32 * 2048, size: 6 * 2048 },
            { offset: 256 * 2048, size: 2048 },
            { offset: start, size: bytes.size - start },
            { offset: start, size: bytes.size - start },
          ],
        },
      ]
    },
    async read(bytes) {
      await readContents((await readUdf(bytes)).tree)
    },
    isTyped: error => error instanceof IsoError,
  },
  fat: {
    async seeds() {
      return ([12, 16, 32] as const satisfies readonly FatType[]).map(type => {
        const { bytes, extents } = planFat(plain, { label: 'Fuzz', date, type })
        const folders = Math.min(8192, extents[0]!.offset - 1024)
        const table = type === 32 ? 32 * 512 : 512
        return {
          bytes,
          structure: [
            { offset: 0, size: 96 },
            { offset: table, size: 512 },
            { offset: extents[0]!.offset - folders, size: folders },
          ],
        }
      })
    },
    async read(bytes) {
      await readContents((await readFat(bytes)).tree)
    },
    isTyped: error => error instanceof FatError,
  },
  exfat: {
    async seeds() {
      const { bytes, extents } = planExfat(plain, { label: 'Fuzz', date })
      const start = extents[0]!.offset
      return [
        {
          bytes,
          structure: [
            { offset: 0, size: 128 },
            { offset: 4096 * 3, size: 4096 },
            { offset: start - 6 * 4096, size: 6 * 4096 },
            { offset: start - 6 * 4096, size: 6 * 4096 },
          ],
        },
      ]
    },
    async read(bytes) {
      await readContents((await readExfat(bytes)).tree)
    },
    isTyped: error => error instanceof ExfatError,
  },
  disk: {
    async seeds() {
      const sectors = 512
      const partition = {
        type: EFI_SYSTEM_PARTITION,
        id: guidFrom('one'),
        name: 'one',
        firstSector: 64,
        lastSector: 255,
      }
      const disk = planGptDisk({ diskId: guidFrom('disk'), sectors, partitions: [partition], contents: [undefined] })
      return [
        {
          bytes: disk,
          structure: [
            { offset: 0, size: 2048 },
            { offset: disk.size - 512, size: 512 },
          ],
        },
      ]
    },
    async read(bytes) {
      await readGpt(bytes)
      decodeMbr(await read(bytes, 0, Math.min(512, bytes.size)))
    },
    isTyped: error => error instanceof DiskError,
  },
  qcow2: {
    async seeds() {
      const disk = overlay(zeros(1 << 20), [{ offset: 1 << 18, bytes: fromMemory(Buffer.alloc(200_000, 'data')) }])
      const bytes = planQcow2(disk)
      const cluster = 1 << 16
      const structure = [0, 1, 2, 3, 4].map(index => ({ offset: index * cluster, size: 128 }))
      return [{ bytes, structure }]
    },
    async read(bytes) {
      const disk = await readQcow2(bytes)
      await read(disk, 0, Math.min(disk.size, 1 << 20))
      await read(disk, Math.max(0, disk.size - 512), Math.min(512, disk.size))
    },
    isTyped: error => error instanceof DiskError,
  },
  pe: {
    async seeds() {
      const stub = fromMemory(efiProgram())
      const uki = await planUki({ stub, linux: fromMemory('k'), initrd: fromMemory('i'), cmdline: 'quiet', osrel: '' })
      const signed = await withCertificates(uki, [Uint8Array.of(0x30, 3, 1, 2, 3)])
      return [upTo(signed, 1024), all(signed)]
    },
    async read(bytes) {
      await readPe(bytes)
      await readSbat(bytes)
      await authenticodeContent(bytes)
    },
    isTyped: error => error instanceof PeError,
  },
  cpio: {
    async seeds() {
      return [all(planCpio(linked))]
    },
    async read(bytes) {
      await readContents((await readCpio(bytes)).tree)
    },
    isTyped: error => error instanceof CpioError,
  },
  wim: {
    async seeds() {
      const made = (['none', 'xpress', 'lzx'] as const).map(async compression => {
        const { bytes } = await createWim([{ tree: linked }], { date, compression, hasIntegrity: true })
        return all(fromMemory(await read(bytes)))
      })
      // Of another program: only read by ours.
      const others = ['lzms.wim', 'solid.esd'].map(name => new URL(`../seeds/${name}`, import.meta.url))
      return [...(await Promise.all(made)), ...others.map(file => all(fromMemory(readFileSync(file))))]
    },
    async read(bytes) {
      const wim = await readWim(bytes)
      for (const index of wim.metadata.keys()) for (const _ of walk((await readImage(wim, index + 1)).root));
      for (const { error } of await verifyWim(wim)) throw error
    },
    isTyped: error => error instanceof WimError,
  },
  hive: {
    async seeds() {
      const { bootManager, mediaLoader, mediaRamDisk } = BCD_OBJECT
      const store = new Map(
        [bootManager, mediaLoader, mediaRamDisk].map(id => [
          id,
          {
            type: 1,
            elements: new Map<number, BcdValue>([
              [BCD_ELEMENT.device, { kind: 'ramdisk', from: { kind: 'boot' }, path: '\\a.wim', options: mediaRamDisk }],
              [BCD_ELEMENT.timeout, 3n],
              [BCD_ELEMENT.displayOrder, [mediaLoader]],
            ]),
          },
        ]),
      )
      const bytes = encodeBcd(store, { date })
      return [{ bytes: fromMemory(bytes), structure: [{ offset: 4096, size: bytes.length - 4096 }] }]
    },
    async read(bytes) {
      decodeBcd(await read(bytes))
    },
    isTyped: error => error instanceof HiveError,
  },
  cms: {
    async seeds() {
      const certificate = new X509Certificate(readFileSync(new URL('../seeds/signer.pem', import.meta.url)))
      const key = createPrivateKey(readFileSync(new URL('../seeds/signer.key', import.meta.url)))
      const digest = createHash('sha256').update('content').digest()
      return [all(fromMemory(await signSignedData({ digest }, keySigner(key, [certificate.raw]))))]
    },
    async read(bytes) {
      const der = await read(bytes)
      signersOf(der)
      verifySignedData(der, { content: Buffer.from('content'), trusted: [] })
    },
    isTyped: error => error instanceof CmsError,
  },
}
