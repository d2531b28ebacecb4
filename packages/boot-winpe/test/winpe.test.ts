import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { digest, fromMemory, type Tree, writeFile } from '@bootwright/bytes'
import { BCD_ELEMENT, BCD_OBJECT, decodeBcd, decodeHive, keyAt, valueNamed } from '@bootwright/format-hive'
import { imageEntries, readImage, readWim, verifyWim } from '@bootwright/format-wim'
import { commandFaults, needs, scratch } from '@bootwright/test-support'
import ava from 'ava'
import { winpeDriver } from '../src/driver.ts'
import { optionsSchema, type WinpeOptions } from '../src/options.ts'
import { START_MEDIUM } from '../src/start-medium.ts'
import { agent, contentOf, digests, libraryOf, logOf, medium, requestOf } from './fakes.ts'
import { makeWindowsKit } from './windows-kit.ts'

const test = needs(ava, 'wimlib-imagex', 'genisoimage', 'hivexsh')
const kit = await makeWindowsKit(scratch())
const DEFAULTS = { pressAnyKey: false, drivers: [] } as const
const options = (more: Partial<WinpeOptions>): WinpeOptions => ({ ...DEFAULTS, ...more })
const made = async (more: Partial<WinpeOptions>, library = libraryOf()) => {
  const log = logOf()
  const image = await winpeDriver({ library, agent, digests }).resolve(requestOf(options(more), { log }))
  return { image, log, boot: await image.assemble(medium) }
}
const imageOf = async (tree: Tree): Promise<Tree> => {
  const wim = await readWim(fromMemory(await contentOf(tree, 'sources/boot.wim')))
  return await imageEntries(wim, await readImage(wim, wim.header.bootIndex))
}

const FILES = [
  'boot/bcd',
  'boot/boot.sdi',
  'boot/en-us/bootmgr.exe.mui',
  'boot/etfsboot.com',
  'boot/fonts/wgl4_boot.ttf',
  'boot/memtest.exe',
  'bootmgr',
  'bootmgr.efi',
  'bootwright/start.cmd',
  'efi/boot/bootx64.efi',
  'efi/microsoft/boot/bcd',
  'efi/microsoft/boot/efisys_noprompt.bin',
  'efi/microsoft/boot/fonts/wgl4_boot.ttf',
  'efi/microsoft/boot/memtest.efi',
  'sources/boot.wim',
]

test('a medium has what Windows own media have, from each kind of source', async t => {
  const iso = join(scratch(), 'winpe.iso')
  const disc = scratch()
  cpSync(join(kit.copied, 'media'), disc, { recursive: true })
  cpSync(join(kit.copied, 'fwfiles', 'etfsboot.com'), join(disc, 'Boot', 'etfsboot.com'))
  for (const name of ['efisys.bin', 'efisys_noprompt.bin'])
    cpSync(join(kit.copied, 'fwfiles', name), join(disc, 'EFI', 'Microsoft', 'Boot', name))
  writeFileSync(join(disc, 'setup.exe'), 'of no use here')
  execFileSync('genisoimage', ['-quiet', '-udf', '-iso-level', '3', '-o', iso, disc], { stdio: 'pipe' })
  const digests = new Set<string>()
  for (const source of [
    { adk: kit.adk },
    { folder: kit.copied },
    { iso },
    { folder: join(kit.copied, 'media'), adk: undefined, wim: kit.wim },
  ]) {
    if ('wim' in source)
      for (const name of ['etfsboot.com', 'efisys_noprompt.bin']) {
        const folder = name.endsWith('.com') ? 'Boot' : 'EFI/Microsoft/Boot'
        cpSync(join(kit.copied, 'fwfiles', name), join(kit.copied, 'media', folder, name))
      }
    const { boot, image } = await made(source)
    t.deepEqual([...boot.tree.keys()].sort(), FILES)
    t.is(image.description, 'Windows PE 10.0.26100.1742 x64, boot programs signed under Windows Production PCA 2011')
    t.like(boot, {
      bios: { loader: 'boot/etfsboot.com', sectors: 8 },
      uefi: { discImage: 'efi/microsoft/boot/efisys_noprompt.bin' },
      readsUdf: true,
    })
    digests.add(await digest(fromMemory(await contentOf(boot.tree, 'sources/boot.wim'))))
  }
  t.is(digests.size, 1, 'the same boot.wim whatever it came from')
})

test('the boot image starts the agent on its terms', async t => {
  const { boot } = await made({ adk: kit.adk, inputLocale: '040c:0000040c' })
  const image = await imageOf(boot.tree)
  const text = async (path: string): Promise<string> => (await contentOf(image, path)).toString()
  t.is(
    await text('Windows/System32/winpeshl.ini'),
    '[LaunchApps]\r\n%SYSTEMDRIVE%\\Windows\\System32\\cmd.exe, /d /c %SYSTEMDRIVE%\\Bootwright\\start.cmd\r\n',
  )
  t.is(await text('etc/bootwright/trust.json'), '{"formatVersion":1}')
  t.is(await text('Bootwright/agent.mjs'), '// agent\n')
  t.is((await contentOf(image, 'Bootwright/node.exe')).length, 2 << 20)
  const start = (await text('Bootwright/start.cmd')).split('\r\n')
  t.true(start.includes(`set BOOTWRIGHT_MEDIUM=${medium.id}`))
  t.true(start.indexOf('wpeinit') < start.indexOf('wpeutil SetKeyboardLayout 040c:0000040c'))
  t.true(start.indexOf('"%~dp0node.exe" "%~dp0agent.mjs"') > 0)
  t.false(start.some(line => line.includes('drvload')))
  for (const label of start.flatMap(line => /goto (\w+)/.exec(line)?.[1] ?? []))
    t.true(start.includes(`:${label}`), label)
  t.is(await text('Windows/System32/winpeshl.exe'), 'winpeshl', 'what was there stays')
})

test('boot.wim is sound for wimlib, and what it held is there as it was', async t => {
  const { boot } = await made({ adk: kit.adk })
  const path = join(scratch(), 'boot.wim')
  const entry = boot.tree.get('sources/boot.wim')
  await writeFile(path, entry?.kind === 'file' ? entry.content : fromMemory(''), { durable: false })
  t.deepEqual(await verifyWim(await readWim(fromMemory(readFileSync(path)))), [])
  const run = (...args: string[]): string => execFileSync('wimlib-imagex', args, { encoding: 'utf8', stdio: 'pipe' })
  t.regex(run('verify', path), /successfully verified/)
  t.regex(run('info', path), /Boot Index:\s+1[\s\S]*Architecture:\s+x86_64/)
  t.is(run('dir', path, '1', '--path=/Bootwright').trim().split('\n').length, 6)
  const [before, after] = [scratch(), scratch()]
  run('apply', kit.wim, '1', before)
  run('apply', path, '1', after)
  rmSync(join(after, 'Bootwright'), { recursive: true })
  rmSync(join(after, 'etc'), { recursive: true })
  rmSync(join(after, 'Windows/System32/winpeshl.ini'))
  t.notThrows(() => execFileSync('diff', ['-r', before, after]))
})

test('the boot configuration loads boot.wim into memory, for BIOS and for UEFI', async t => {
  const { boot } = await made({ adk: kit.adk })
  for (const [path, loader, memoryTest] of [
    ['boot/bcd', '\\windows\\system32\\boot\\winload.exe', '\\boot\\memtest.exe'],
    ['efi/microsoft/boot/bcd', '\\windows\\system32\\boot\\winload.efi', '\\efi\\microsoft\\boot\\memtest.efi'],
  ] as const) {
    const bytes = await contentOf(boot.tree, path)
    const store = decodeBcd(bytes)
    t.is(store.size, 8)
    const element = (object: string, number: number) => store.get(object)?.elements.get(number)
    t.is(element(BCD_OBJECT.bootManager, BCD_ELEMENT.default), BCD_OBJECT.mediaLoader)
    t.is(element(BCD_OBJECT.mediaLoader, BCD_ELEMENT.path), loader)
    t.is(element(BCD_OBJECT.mediaLoader, BCD_ELEMENT.description), 'Lab boot')
    t.deepEqual(element(BCD_OBJECT.mediaLoader, BCD_ELEMENT.device), {
      kind: 'ramdisk',
      from: { kind: 'boot' },
      path: '\\sources\\boot.wim',
      options: BCD_OBJECT.mediaRamDisk,
    })
    t.is(element(BCD_OBJECT.mediaRamDisk, BCD_ELEMENT.ramDiskPath), '\\boot\\boot.sdi')
    t.is(element(BCD_OBJECT.memoryDiagnostic, BCD_ELEMENT.path), memoryTest)
    const file = join(scratch(), 'bcd')
    writeFileSync(file, bytes)
    const listed = execFileSync('hivexsh', ['-f', join(import.meta.dirname, 'bcd.hivexsh'), file], { encoding: 'utf8' })
    t.is(listed.trim().split('\n').length, 8)
  }
})

test('2023-signed boot programs are taken when asked for, with their fonts and what discs start', async t => {
  const { boot, image } = await made({ adk: kit.adk, signedUnder: '2023' })
  t.regex(image.description, /signed under Windows UEFI CA 2023$/)
  t.true((await contentOf(boot.tree, 'efi/boot/bootx64.efi')).includes('bootmgfw new'))
  t.true((await contentOf(boot.tree, 'bootmgr.efi')).includes('bootmgr new'))
  t.true((await contentOf(boot.tree, 'efi/microsoft/boot/efisys_noprompt.bin')).includes('cdboot_noprompt new'))
  t.is((await contentOf(boot.tree, 'efi/microsoft/boot/fonts/wgl4_boot.ttf')).toString(), 'a new font')
  t.deepEqual([...boot.tree.keys()].sort(), FILES)
})

test('a key is waited for when that is asked for', async t => {
  const { boot } = await made({ adk: kit.adk, pressAnyKey: true })
  t.true(boot.tree.has('boot/bootfix.bin'))
  t.is(boot.uefi?.discImage, 'efi/microsoft/boot/efisys.bin')
  t.false((await contentOf(boot.tree, 'efi/microsoft/boot/efisys.bin')).includes('noprompt'))
})

test('scratch space, background, drivers and files are in the image', async t => {
  const folder = scratch()
  mkdirSync(join(folder, 'net/deep'), { recursive: true })
  writeFileSync(join(folder, 'net/deep/e1.inf'), '[Version]')
  writeFileSync(join(folder, 'bg.bmp'), 'BM and pixels')
  mkdirSync(join(folder, 'files/Tools'), { recursive: true })
  writeFileSync(join(folder, 'files/Tools/cmtrace.exe'), 'cmtrace')
  const { boot } = await made({
    adk: kit.adk,
    scratchSpace: 512,
    background: join(folder, 'bg.bmp'),
    drivers: [join(folder, 'net')],
    files: join(folder, 'files'),
  })
  const image = await imageOf(boot.tree)
  const hive = decodeHive(await contentOf(image, 'Windows/System32/config/SYSTEM'))
  const control = keyAt(hive, 'ControlSet001')!
  t.deepEqual([...valueNamed(keyAt(control, 'Services', 'FBWF')!, 'WinPECacheThreshold')!.data], [0, 2, 0, 0])
  t.deepEqual([...valueNamed(keyAt(control, 'Services', 'FBWF')!, 'Start')!.data], [0, 0, 0, 0])
  t.is(keyAt(control, 'Control', 'Lsa', 'JD')!.className, '0f1e2d3c')
  t.true(keyAt(control, 'Hardware Profiles', 'Current')!.isLink)
  t.is((await contentOf(image, 'Windows/System32/winpe.bmp')).toString(), 'BM and pixels')
  t.is((await contentOf(image, 'Bootwright/drivers/1/deep/e1.inf')).toString(), '[Version]')
  t.is((await contentOf(image, 'Tools/cmtrace.exe')).toString(), 'cmtrace')
  t.regex((await contentOf(image, 'Bootwright/start.cmd')).toString(), /drvload "%%i"/)
})

test('two builds are the same byte for byte, and the runtime is compressed once', async t => {
  const library = libraryOf()
  const trees = [await made({ adk: kit.adk }, library), await made({ adk: kit.adk }, library)].map(
    ({ boot }) => boot.tree,
  )
  t.is(library.made.length, 1)
  for (const path of trees[0]!.keys()) {
    const [a, b] = await Promise.all(trees.map(tree => contentOf(tree, path)))
    t.true(a!.equals(b!), path)
  }
})

const refused = async (more: Partial<WinpeOptions>, request: object = {}) => {
  try {
    await winpeDriver({ library: libraryOf(), agent, digests }).resolve(requestOf(options(more), request))
  } catch (error) {
    return error as Error & { code: string }
  }
  throw new Error('nothing was refused')
}

test('what cannot start is refused, with what was looked for and where', async t => {
  const is = async (
    more: Partial<WinpeOptions>,
    code: string,
    message: RegExp,
    request: object = {},
  ): Promise<void> => {
    const error = await refused(more, request)
    t.is(error.code, code, error.message)
    t.regex(error.message, message)
  }
  const folder = scratch()
  await is({ adk: folder }, 'SOURCE_MISSING', /Media is not there; expected the folder "Assessment/)
  await is({ folder: join(folder, 'no') }, 'SOURCE_MISSING', /is no folder; expected one with sources\/boot\.wim/)
  await is({ folder }, 'FILE_MISSING', /there is no sources\/boot\.wim in /)
  await is(
    { adk: kit.adk, index: 3 },
    'IMAGE_MISSING',
    /there is no image 3 in .*it has image 1 \("Microsoft Windows PE \(x64\)"\)/,
  )
  await is({ folder: kit.copied }, 'ARCHITECTURE_WRONG', /image 1 .* is for x64, and the medium for arm64/, {
    architecture: 'arm64',
  })
  const text = join(folder, 'text.wim')
  writeFileSync(text, 'no WIM')
  await is({ adk: kit.adk, wim: text }, 'FILE_UNREADABLE', /text\.wim: header/)
  const installed = join(folder, 'install.wim')
  mkdirSync(join(folder, 'installed/Windows'), { recursive: true })
  execFileSync('wimlib-imagex', ['capture', join(folder, 'installed'), installed, 'Windows 11'], { stdio: 'pipe' })
  await is(
    { adk: kit.adk, wim: installed },
    'IMAGE_FOREIGN',
    /is no Windows PE: there is no Windows\/System32\/winpeshl\.exe/,
  )
  execFileSync('wimlib-imagex', ['append', join(folder, 'installed'), installed, 'Another'], { stdio: 'pipe' })
  await is(
    { adk: kit.adk, wim: installed },
    'IMAGE_MISSING',
    /no image that it says starts in .*it has image 1 \("Windows 11"\), image 2/,
  )
  await is({ adk: kit.adk, background: text }, 'FILE_UNREADABLE', /neither JPEG nor BMP/)
  await is({ adk: kit.adk, drivers: [join(folder, 'installed')] }, 'FILE_MISSING', /has no \.inf file/)
})

test('a boot file that is missing is named with every place it may be in', async t => {
  const folder = scratch()
  cpSync(kit.copied, folder, { recursive: true })
  const media = join(folder, 'media')
  rmSync(join(media, 'Boot/boot.sdi'))
  const sdi = await refused({ folder })
  t.regex(
    sdi.message,
    /the RAM disk is missing; looked for boot\/boot\.sdi in .*media, Windows\/Boot\/DVD\/EFI\/boot\.sdi in image 1 of/,
  )
  cpSync(join(kit.copied, 'media/Boot/boot.sdi'), join(media, 'Boot/boot.sdi'))
  rmSync(join(folder, 'fwfiles/etfsboot.com'))
  rmSync(join(media, 'Boot/etfsboot.com'), { force: true })
  t.regex(
    (await refused({ folder })).message,
    /what BIOS starts from a disc is missing; looked for etfsboot\.com in .*fwfiles/,
  )
  rmSync(join(media, 'bootmgr'))
  const { boot, log } = await made({ folder })
  t.is(boot.bios, undefined)
  t.false(boot.tree.has('boot/bcd'))
  t.true(log.lines.some(line => line.includes('starts by UEFI only')))
  writeFileSync(join(media, 'EFI/Boot/bootx64.efi'), 'no program')
  t.regex((await refused({ folder })).message, /efi\/boot\/bootx64\.efi in .* cannot be started: DOS header/)
})

test('boot programs of an authority that nobody signed with are refused, with who signed what is there', async t => {
  const folder = scratch()
  const installed = join(folder, 'image')
  execFileSync('wimlib-imagex', ['apply', kit.wim, '1', installed], { stdio: 'pipe' })
  for (const each of ['EFI_EX', 'DVD_EX']) rmSync(join(installed, 'Windows/Boot', each), { recursive: true })
  const wim = join(folder, 'old.wim')
  execFileSync('wimlib-imagex', ['capture', installed, wim, 'Old', '--boot'], { stdio: 'pipe' })
  execFileSync('wimlib-imagex', ['info', wim, '1', '--image-property=WINDOWS/ARCH=9'], { stdio: 'pipe' })
  const error = await refused({ adk: kit.adk, wim, signedUnder: '2023' })
  t.is(error.code, 'SIGNATURE_MISSING')
  t.regex(
    error.message,
    /not there signed under Windows UEFI CA 2023; efi\/boot\/bootx64\.efi in .* is signed under Windows Production PCA 2011/,
  )
})

test('options that contradict each other or are none are refused', t => {
  const issues = (value: unknown): string => {
    const result = optionsSchema['~standard'].validate(value)
    if (result instanceof Promise) throw new Error('expected a result at once')
    return (result.issues ?? []).map(({ message }) => message).join('\n')
  }
  t.is(issues({ adk: 'x' }), '')
  t.is(issues({ adk: 'x', signedUnder: 2023 }), '')
  t.regex(issues({}), /expected one of `adk`, `iso`, `folder`; found none/)
  t.regex(issues({ adk: 'x', iso: 'y' }), /found adk and iso/)
  t.regex(issues({ adk: 'x', inputLocale: 'fr' }), /040c:0000040c/)
  t.not(issues({ adk: 'x', scratchSpace: 100 }), '')
  t.not(issues({ adk: 'x', scratchspace: 512 }), '')
})

test('the medium starts from a running Windows by its boot manager', async t => {
  t.regex(START_MEDIUM, /bcdedit \/bootsequence %ENTRY%/)
  t.deepEqual(commandFaults(START_MEDIUM), [])
})
