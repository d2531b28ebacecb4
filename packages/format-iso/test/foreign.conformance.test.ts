import { chmodSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type FileEntry, fromFile, fromFolder, read, type Tree } from '@bootwright/bytes'
import { needs } from '@bootwright/test-support'
import test, { type ExecutionContext, type TestFn } from 'ava'
import { type IsoImage, readIso } from '../src/index.ts'
import { run, scratch } from './fixtures.ts'
import { described } from './volume.ts'

const conformance: TestFn = needs(test, 'xorriso', 'genisoimage', 'mkfs.vfat', 'dd')

const FILES: Readonly<Record<string, string>> = {
  'readme.txt': 'hello',
  'UPPER.TXT': 'upper',
  empty: '',
  'Größe – 数据/a long name with spaces.tar.gz': 'abc',
  ['n'.repeat(250)]: 'long',
  [`sub/${'é'.repeat(120)}`]: 'long and not ASCII',
  [`${Array(12).fill('deep').join('/')}/file`]: 'deep',
  [`${Array(12).fill('Deep').join('/')}/file`]: 'deep, too',
  ...Object.fromEntries(Array.from({ length: 70 }, (_, index) => [`many/${index} ${'m'.repeat(90)}`, `${index}`])),
}
const LINKS: Readonly<Record<string, string>> = {
  root: '/',
  absolute: '/usr/bin/bash',
  relative: '../a/./b',
  'many/link': `${'t'.repeat(90)}/../${'u'.repeat(100)}/./v`,
}

/** A folder for the makers to take, and where what they make goes. */
async function source(t: ExecutionContext): Promise<{ folder: string; image: string; at: (name: string) => string }> {
  const at = await scratch(t)
  const folder = at('from')
  const put = (path: string, content: string | Buffer, mode: number): void => {
    const full = join(folder, path)
    for (let above = dirname(full); above.length >= folder.length; above = dirname(above)) {
      mkdirSync(above, { recursive: true })
      chmodSync(above, 0o755)
    }
    writeFileSync(full, content)
    chmodSync(full, mode)
  }
  for (const [path, content] of Object.entries(FILES)) put(path, content, 0o644)
  put('bin/run', '#!/bin/sh', 0o755)
  put('boot/loader.bin', Buffer.alloc(30_001, 0x90), 0o644)
  mkdirSync(join(folder, 'empty folder'), { mode: 0o755 })
  for (const [path, target] of Object.entries(LINKS)) symlinkSync(target, join(folder, path))
  return { folder, image: at('image.iso'), at }
}

const readImage = async (path: string): Promise<IsoImage> => await readIso(await fromFile(path))

/** What is in a tree, but for what the maker adds. */
async function without(tree: Tree, ...paths: readonly string[]): Promise<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(await described(tree)).filter(([path]) => !paths.includes(path)))
}

const WITH_ROCK_RIDGE: Readonly<Record<string, readonly string[]>> = {
  'xorriso -as mkisofs -R': [],
  'xorriso -as mkisofs -R -J -joliet-long': [],
  'xorriso -as mkisofs -R -iso-level 1': [],
  'xorriso -as mkisofs -R -hfsplus': [],
  'xorriso -compliance deep_paths_off -outdev': [],
  'xorriso -rr_reloc_dir moved -compliance deep_paths_off -outdev': [],
  'xorriso -for_backup -xattr on -acl on -md5 on -outdev': [],
  'genisoimage -quiet -R -D': [],
  'genisoimage -quiet -R': ['rr_moved'],
  'genisoimage -quiet -R -hide-rr-moved': ['.rr_moved'],
  'genisoimage -quiet -R -J -joliet-long -allow-lowercase -allow-multidot': ['rr_moved'],
  'genisoimage -quiet -R -J -joliet-long -udf': ['rr_moved'],
}
for (const [command, added] of Object.entries(WITH_ROCK_RIDGE))
  conformance(`what ${command} writes is read`, async t => {
    const { folder, image } = await source(t)
    const [tool, ...parameters] = command.split(' ')
    const isNative = parameters.at(-1) === '-outdev'
    const rest = isNative
      ? [image, '-volid', 'FOREIGN_1', '-map', folder, '/']
      : ['-V', 'FOREIGN_1', '-o', image, folder]
    await run(tool!, ...parameters, ...rest)

    const volume = await readImage(image)
    t.like(volume, { names: 'rock ridge', label: 'FOREIGN_1', special: [], boot: [] })
    t.is(volume.jolietLabel, command.includes('-J') ? 'FOREIGN_1' : undefined)
    t.deepEqual(await without(volume.tree, ...added), await described(await fromFolder(folder)))
    const relocates = /deep_paths_off|-R$|-R -J|-hide/.test(command) && !command.includes('mkisofs')
    t.is(readFileSync(image).includes('CL\x0c\x01'), relocates)
  })

const WITH_JOLIET: Readonly<Record<string, readonly string[]>> = {
  'xorriso -as mkisofs --norock -J': ['many', 'sub'],
  'xorriso -as mkisofs --norock -J -joliet-long': ['sub'],
  'genisoimage -quiet -D -J': ['many', 'sub'],
  'genisoimage -quiet -D -J -joliet-long': ['sub'],
}
for (const [command, tooLong] of Object.entries(WITH_JOLIET))
  conformance(`what ${command} writes is read by its Joliet names`, async t => {
    const { folder, image } = await source(t)
    const [tool, ...parameters] = command.split(' ')
    for (const path of [...Object.keys(LINKS), 'n'.repeat(250), ...tooLong])
      rmSync(join(folder, path), { recursive: true, force: true })
    await run(tool!, ...parameters, '-V', 'Foreign_1', '-o', image, folder)
    const volume = await readImage(image)
    t.like(volume, { names: 'joliet', jolietLabel: 'Foreign_1', special: [], boot: [] })
    chmodSync(join(folder, 'bin/run'), 0o644)
    t.deepEqual(await described(volume.tree), await described(await fromFolder(folder)))
  })

for (const command of [
  'xorriso -as mkisofs --norock -iso-level 3',
  'genisoimage -quiet -iso-level 3',
  'genisoimage -quiet -N',
])
  conformance(`what ${command} writes is read by its plain names`, async t => {
    const { image, at } = await source(t)
    mkdirSync(at('plain/folder/empty'), { recursive: true })
    for (const path of ['readme.txt', 'noext', 'folder/data.bin']) writeFileSync(at(`plain/${path}`), path)
    const [tool, ...parameters] = command.split(' ')
    await run(tool!, ...parameters, '-o', image, at('plain'))
    const volume = await readImage(image)
    t.like(volume, { names: 'iso 9660', jolietLabel: undefined })
    t.deepEqual(await described(volume.tree), {
      FOLDER: 'folder 755',
      'FOLDER/DATA.BIN': 'file 644 folder/data.bin',
      'FOLDER/EMPTY': 'folder 755',
      NOEXT: 'file 644 noext',
      'README.TXT': 'file 644 readme.txt',
    })
  })

conformance('Rock Ridge is found behind the fields of CD-ROM XA that genisoimage writes', async t => {
  const { folder, image } = await source(t)
  await run('genisoimage', '-quiet', '-R', '-D', '-xa', '-o', image, folder)
  const { names, tree } = await readImage(image)
  t.is(names, 'rock ridge')
  t.deepEqual([...tree.keys()].sort(), [...(await fromFolder(folder)).keys()].sort())
})

conformance('a session that xorriso adds is read, and not the one before', async t => {
  const { folder, image, at } = await source(t)
  await run('xorriso', '-outdev', image, '-map', folder, '/')
  writeFileSync(at('added'), 'added')
  writeFileSync(at('changed'), 'changed')
  await run(
    'xorriso',
    '-dev',
    image,
    '-map',
    at('added'),
    '/added',
    '-update',
    at('changed'),
    '/readme.txt',
    '-rm_r',
    '/many',
    '--',
  )
  const found = await described((await readImage(image)).tree)
  t.is(found.added, 'file 644 added')
  t.is(found['readme.txt'], 'file 644 changed')
  t.is(found['UPPER.TXT'], 'file 644 upper')
  t.false('many' in found)
})

conformance('a pipe, which no tree can hold, is named', async t => {
  const { folder, image } = await source(t)
  await run('mkfifo', join(folder, 'sub/pipe'))
  await run('xorriso', '-outdev', image, '-map', folder, '/')
  const { tree, special } = await readImage(image)
  t.deepEqual(special, ['sub/pipe'])
  t.false(tree.has('sub/pipe'))
})

conformance('refused: what xorriso compresses', async t => {
  const { folder, image } = await source(t)
  await run('xorriso', '-outdev', image, '-map', folder, '/', '-set_filter_r', '--zisofs', '/', '--')
  await t.throwsAsync(readImage(image), { code: 'UNSUPPORTED' })
})

const BIOS = [
  '-b',
  'boot/loader.bin',
  '-c',
  'boot/boot.cat',
  '-no-emul-boot',
  '-boot-load-size',
  '4',
  '-boot-info-table',
]
const UEFI = ['-eltorito-alt-boot', '-e', 'boot/efi.img', '-no-emul-boot']
for (const command of ['xorriso -as mkisofs', 'xorriso -as mkisofs -isohybrid-gpt-basdat', 'genisoimage -quiet'])
  conformance(`the boot entries that ${command} writes are read with their files`, async t => {
    const { folder, image } = await source(t)
    await run('mkfs.vfat', '-C', join(folder, 'boot/efi.img'), '1440')
    const [tool, ...parameters] = command.split(' ')
    await run(
      tool!,
      ...parameters.slice(0, 2),
      '-R',
      '-D',
      ...BIOS,
      ...UEFI,
      ...parameters.slice(2),
      '-o',
      image,
      folder,
    )
    const { boot, tree, extents } = await readImage(image)
    const offsetOf = (path: string): number => extents.get(path)![0]!.offset
    const common = { bootable: true, isEmulated: false }
    const [loader, partition] = ['boot/loader.bin', 'boot/efi.img']
    t.deepEqual(boot, [
      { ...common, platform: 'bios', offset: offsetOf(loader), size: 30_001, loadSectors: 4, path: loader },
      { ...common, platform: 'uefi', offset: offsetOf(partition), size: 1_474_560, loadSectors: 2880, path: partition },
    ])
    const content = Buffer.from(await read((tree.get(loader) as FileEntry).content))
    t.is(content.readUInt32LE(12), offsetOf(loader) / 2048)
    t.true(tree.has('boot/boot.cat'))
  })

conformance('a system partition that xorriso appends is read, though it is no file', async t => {
  const { folder, image, at } = await source(t)
  await run('mkfs.vfat', '-C', at('efi.img'), '1440')
  const append = ['-append_partition', '2', '0xef', at('efi.img'), '-e', '--interval:appended_partition_2:all::']
  await run('xorriso', '-as', 'mkisofs', '-R', ...append, '-no-emul-boot', '-o', image, folder)
  const { boot } = await readImage(image)
  t.is(boot.length, 1)
  t.like(boot[0], { platform: 'uefi', size: 1_474_560, path: undefined })
  t.true(
    Buffer.from(await read(await fromFile(image), boot[0]!.offset, boot[0]!.size)).equals(readFileSync(at('efi.img'))),
  )
})

conformance('a floppy that genisoimage makes boot is emulated', async t => {
  const { folder, image } = await source(t)
  writeFileSync(join(folder, 'floppy.img'), Buffer.alloc(1_474_560, 1))
  await run('genisoimage', '-quiet', '-R', '-D', '-b', 'floppy.img', '-o', image, folder)
  const { boot } = await readImage(image)
  t.is(boot.length, 1)
  t.like(boot[0], { platform: 'bios', isEmulated: true, path: 'floppy.img', size: 1_474_560 })
})
