import { execFileSync } from 'node:child_process'
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type Bytes, digest, type Entry, fromMemory, read } from '@bootwright/bytes'
import { keySigner, signSignedData } from '@bootwright/format-cms'
import { planFat } from '@bootwright/format-fat'
import { dwordValue, encodeHive, type HiveKey } from '@bootwright/format-hive'
import { authenticodeContent, encodeSpcContent, SPC_INDIRECT_DATA, withCertificates } from '@bootwright/format-pe'
import { createSelfSigned } from '@bootwright/medium-format/certificates'
import { efiProgram } from '@bootwright/test-support'

/**
 * A Windows ADK with its Windows PE add-on, for tests: files of the names, places and kinds of the real one, and placeholders where Microsoft's
 * programs would be. Programs are signed by certificates with the names of Microsoft's authorities, made here.
 */
export interface WindowsKit {
  /** As the installer lays it out. */
  readonly adk: string
  /** As copype does: `media` and `fwfiles`. */
  readonly copied: string
  /** winpe.wim. */
  readonly wim: string
}

const DATE = new Date('2026-03-01T00:00:00Z')
const VERSION = { MAJOR: '10', MINOR: '0', BUILD: '26100', SPBUILD: '1742' }
const NAMES = { 2011: 'Microsoft Windows Production PCA 2011', 2023: 'Windows UEFI CA 2023' }

export async function makeWindowsKit(folder: string): Promise<WindowsKit> {
  const by = { old: await signer(NAMES[2011]), new: await signer(NAMES[2023]) }
  const program = async (what: string, who: Signer): Promise<Buffer> =>
    Buffer.from(await read(await signed(fromMemory(efiProgram({ tail: what })), who)))
  const disc = async (what: string, who: Signer): Promise<Buffer> => discImage(await program(what, who))
  const image: Record<string, Uint8Array | string> = {
    'Windows/System32/winpeshl.exe': 'winpeshl',
    'Windows/System32/wpeinit.exe': 'wpeinit',
    'Windows/System32/winpe.jpg': Buffer.from('ffd8ffe0', 'hex'),
    'Windows/System32/boot/winload.efi': await program('winload', by.old),
    'Windows/System32/boot/winload.exe': 'winload',
    'Windows/System32/config/SYSTEM': encodeHive(systemHive, { date: DATE, fileName: 'SYSTEM' }),
    'Windows/System32/large.dll': Buffer.alloc(300_000, 'what a library might say '),
    'Windows/Boot/EFI/bootmgfw.efi': await program('bootmgfw', by.old),
    'Windows/Boot/EFI/bootmgr.efi': await program('bootmgr', by.old),
    'Windows/Boot/EFI_EX/bootmgfw_EX.efi': await program('bootmgfw new', by.new),
    'Windows/Boot/EFI_EX/bootmgr_EX.efi': await program('bootmgr new', by.new),
    'Windows/Boot/Fonts_EX/wgl4_boot_EX.ttf': 'a new font',
    'Windows/Boot/DVD_EX/EFI/en-US/efisys_EX.bin': await disc('cdboot new', by.new),
    'Windows/Boot/DVD_EX/EFI/en-US/efisys_noprompt_EX.bin': await disc('cdboot_noprompt new', by.new),
  }
  const media: Record<string, Uint8Array | string> = {
    bootmgr: 'bootmgr for BIOS',
    'bootmgr.efi': await program('bootmgr', by.old),
    'Boot/BCD': 'regf, in the real one',
    'Boot/boot.sdi': Buffer.alloc(3 << 20, 'SDI'),
    'Boot/bootfix.bin': 'asks for a key',
    'Boot/memtest.exe': 'memtest',
    'Boot/Fonts/wgl4_boot.ttf': 'a font',
    'Boot/en-us/bootmgr.exe.mui': 'messages',
    'EFI/Boot/bootx64.efi': await program('bootmgfw', by.old),
    'EFI/Microsoft/Boot/BCD': 'regf, in the real one',
    'EFI/Microsoft/Boot/memtest.efi': await program('memtest', by.old),
    'EFI/Microsoft/Boot/Fonts/wgl4_boot.ttf': 'a font',
  }
  const firmware = {
    'etfsboot.com': Buffer.alloc(4096, 'etfsboot'),
    'efisys.bin': await disc('cdboot', by.old),
    'efisys_noprompt.bin': await disc('cdboot_noprompt', by.old),
  }
  const adk = join(folder, 'Assessment and Deployment Kit')
  const addOn = join(adk, 'Windows Preinstallation Environment', 'amd64')
  put(join(folder, 'image'), image)
  put(join(addOn, 'Media'), media)
  put(join(adk, 'Deployment Tools', 'amd64', 'Oscdimg'), firmware)
  const wim = join(addOn, 'en-us', 'winpe.wim')
  mkdirSync(dirname(wim), { recursive: true })
  capture(join(folder, 'image'), wim)
  const copied = join(folder, 'copied')
  put(join(copied, 'media'), media)
  put(join(copied, 'fwfiles'), firmware)
  mkdirSync(join(copied, 'media', 'sources'))
  execFileSync('cp', [wim, join(copied, 'media', 'sources', 'boot.wim')])
  return { adk, copied, wim }
}

function capture(folder: string, wim: string): void {
  const words = [
    'WINDOWS/ARCH=9',
    'WINDOWS/LANGUAGES/DEFAULT=en-US',
    ...Object.entries(VERSION).map(([name, value]) => `WINDOWS/VERSION/${name}=${value}`),
  ]
  run('wimlib-imagex', ['capture', folder, wim, 'Microsoft Windows PE (x64)', '--boot', '--compress=LZX', '--check'])
  run('wimlib-imagex', ['info', wim, '1', '--boot', ...words.map(word => `--image-property=${word}`)])
}
const run = (command: string, args: readonly string[]): void => void execFileSync(command, args, { stdio: 'pipe' })

function put(folder: string, files: Readonly<Record<string, Uint8Array | string>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(folder, dirname(path)), { recursive: true })
    writeFileSync(join(folder, path), content)
  }
}

/** With what a boot image of Windows has that is easily lost: class names, links. */
const systemHive: HiveKey = {
  name: 'ROOT',
  values: [],
  keys: [
    { name: 'Select', keys: [], values: [dwordValue('Current', 1)] },
    {
      name: 'ControlSet001',
      values: [],
      keys: [
        {
          name: 'Control',
          values: [],
          keys: [{ name: 'Lsa', keys: [{ name: 'JD', keys: [], values: [], className: '0f1e2d3c' }], values: [] }],
        },
        { name: 'Services', values: [], keys: [{ name: 'FBWF', keys: [], values: [dwordValue('Start', 0)] }] },
        { name: 'Hardware Profiles', values: [], keys: [{ name: 'Current', keys: [], values: [], isLink: true }] },
      ],
    },
  ],
}

type Signer = Awaited<ReturnType<typeof signer>>
async function signer(label: string) {
  const { key, certificate } = await createSelfSigned({
    label,
    id: '11111111-2222-4333-8444-555555555555',
    from: new Date('2020-01-01'),
    to: new Date('2036-01-01'),
  })
  return keySigner(createPrivateKey(key), [new X509Certificate(certificate).raw])
}

async function signed(program: Bytes, by: Signer): Promise<Bytes> {
  const sha256 = Buffer.from(await digest(await authenticodeContent(program)), 'hex')
  const content = { contentType: SPC_INDIRECT_DATA, encapsulated: encodeSpcContent(sha256) }
  return await withCertificates(program, [await signSignedData(content, by)])
}

/** What firmware starts from a disc is a floppy's image. */
async function discImage(program: Uint8Array): Promise<Buffer> {
  const tree = new Map<string, Entry>([['EFI/Boot/bootx64.efi', { kind: 'file', content: fromMemory(program) }]])
  const { bytes } = planFat(tree, { label: 'EFISECTOR', date: DATE, seed: 'efisys', type: 12, size: 1_474_560 })
  return Buffer.from(await read(bytes))
}
