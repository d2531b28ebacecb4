import { lstatSync, mkdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type Entry, fromFolder, type Tree, writeFile } from '@bootwright/bytes'
import { needs } from '@bootwright/test-support'
import test, { type TestFn } from 'ava'
import fc from 'fast-check'
import { planIso } from '../src/index.ts'
import type { IsoOptions } from '../src/options.ts'
import { linesOf, run, scratch, written, xorriso } from './fixtures.ts'
import { BIOS, mbrCode, SAMPLE, UEFI } from './sample.ts'
import { described, file, OPTIONS, readAs, treeOf, trees } from './volume.ts'

const conformance: TestFn = needs(test, 'xorriso', 'isoinfo', 'isovfy', '7z', 'blkid')

const SHAPES: Readonly<Record<string, Partial<IsoOptions>>> = {
  'that is plain': {},
  'with relaxed names': { relaxedNames: true },
  'that BIOSes boot': { boot: [BIOS] },
  'that UEFI boots': { boot: [UEFI] },
  'that both boot': { boot: [BIOS, UEFI] },
  'that is a disk for BIOSes': { boot: [BIOS], hybrid: { seed: 's', mbrCode } },
  'that is a disk for UEFI': { boot: [UEFI], hybrid: { seed: 's' } },
  'that is a disk for both': { boot: [BIOS, UEFI], hybrid: { seed: 's', mbrCode } },
  'with a long label': {
    label: 'Bereitstellungsmedium für Köln 2024',
    publisher: 'Contoso',
    application: 'Bootwright',
  },
}
for (const [name, shape] of Object.entries(SHAPES))
  conformance(`xorriso, isoinfo, isovfy, blkid and 7z agree on an image ${name}`, async t => {
    const path = await written(t, SAMPLE, shape)
    const { label, jolietLabel } = planIso(SAMPLE, { ...OPTIONS, ...shape })
    const { publisher = '', application = '' } = shape
    const blocks = statSync(path).size / 2048

    const media = await xorriso(t, '-indev', path, '-pvd_info', '-toc', '-check_media')
    t.regex(media, new RegExp(`Media region : +0 , +${blocks} , \\+ good`))
    t.regex(media, new RegExp(`^Volume Id +: ${label}$`, 'm'))
    t.regex(media, new RegExp(`^Publisher Id : ${publisher}$`, 'm'))
    t.regex(media, new RegExp(`^App Id +: ${application}$`, 'm'))
    t.regex(media, /^ISO offers {3}: Rock_Ridge Joliet$/m)

    const descriptor = await run('isoinfo', '-d', '-i', path)
    t.regex(descriptor, new RegExp(`^Volume id: ${label}$`, 'm'))
    t.regex(descriptor, new RegExp(`^Volume size is: ${blocks}$`, 'm'))
    t.regex(descriptor, /^Joliet with UCS level 3 found$/m)
    t.regex(descriptor, /^Rock Ridge signatures version 1 found$/m)
    // Relaxed names are longer than isovfy allows.
    if (!shape.relaxedNames) t.regex(await run('isovfy', path), /^No errors found$/m)

    // blkid adds what the other descriptor has of the label beyond the Joliet one.
    const known = await run('blkid', '-p', '-s', 'LABEL', '-o', 'value', path)
    t.is(known.slice(0, jolietLabel.length), jolietLabel)

    const tested = await run('7z', 't', path)
    t.regex(tested, /^Everything is Ok$/m)
    t.notRegex(tested, /warning|error/i)
  })

conformance('xorriso takes out the names, contents, modes and links that were put in', async t => {
  const at = await scratch(t)
  const property = fc.asyncProperty(trees, fc.boolean(), async (tree, relaxedNames) => {
    const possible = onDisk(tree)
    const [path, into] = [at('image.iso'), at('out')]
    rmSync(into, { recursive: true, force: true })
    await writeFile(path, planIso(possible, { ...OPTIONS, relaxedNames }).bytes, { overwrite: true })
    await xorriso(t, '-osirrox', 'on', '-indev', path, '-extract', '/', into)
    t.deepEqual(await described(await withModes(into)), await described(possible))
  })
  await t.notThrowsAsync(fc.assert(property, { numRuns: 60 }))
})

conformance('xorriso and 7z find the names in the Joliet and in the primary hierarchy that we find', async t => {
  const at = await scratch(t)
  const property = fc.asyncProperty(trees, fc.boolean(), async (tree, relaxedNames) => {
    // 7z takes these characters for bytes of names that are no UTF-8.
    fc.pre(![...tree.keys()].some(path => /[\uef80-\uefff]/.test(path)))
    const [path, into] = [at('image.iso'), at('out')]
    const { bytes } = planIso(tree, { ...OPTIONS, relaxedNames })
    await writeFile(path, bytes, { overwrite: true })
    const extracted = async (tool: string, ...parameters: readonly string[]): Promise<unknown> => {
      rmSync(into, { recursive: true, force: true })
      mkdirSync(into)
      await run(tool, ...parameters)
      return await withoutModes(await fromFolder(into))
    }
    const withXorriso = async (names: string): Promise<unknown> =>
      await extracted('xorriso', '-read_fs', names, '-osirrox', 'on', '-indev', path, '-extract', '/', into)
    const joliet = await withoutModes((await readAs(bytes, 'joliet')).tree)
    t.deepEqual(await extracted('7z', 'x', `-o${into}`, path), joliet)
    t.deepEqual(await withXorriso('norock'), joliet)
    t.deepEqual(await withXorriso('ecma119'), await withoutModes((await readAs(bytes, 'iso 9660')).tree))
  })
  await t.notThrowsAsync(fc.assert(property, { numRuns: 40 }))
})

conformance('isoinfo sees each hierarchy with names of its own, all of them different', async t => {
  const names = ['A_B', 'Readme.txt', 'a b', 'a?b', 'naive.tar.gz', 'naive_tar.gz', 'readme.txt', 'x', 'x.', 'd/.f']
  const long = ['m', 'n'].map(end => `${'l'.repeat(70)}${end}.wim`)
  const tree = treeOf(Object.fromEntries([...names, ...long].map(name => [name, name])))
  const found = async (path: string, ...parameters: readonly string[]): Promise<string> =>
    linesOf(await run('isoinfo', ...parameters, '-f', '-i', path))
      .map(name => name.slice(1))
      .sort()
      .join(' | ')

  const path = await written(t, tree)
  t.is(await found(path, '-R'), ['d', ...names, ...long].sort().join(' | '))
  t.is(
    await found(path, '-J'),
    `A_B;1 | Readme.txt;1 | a b;1 | a_b_1;1 | d | d/.f;1 | ${'l'.repeat(58)}_1.wim;1 | ${'l'.repeat(60)}.wim;1 | naive.tar.gz;1 | naive_tar.gz;1 | readme_1.txt;1 | x;1 | x_;1`,
  )
  t.is(
    await found(path),
    `A_B.;1 | A_B_1.;1 | A_B_2.;1 | D | D/_F.;1 | ${'L'.repeat(27)}.WIM;1 | ${'L'.repeat(25)}_1.WIM;1 | NAIVE_TAR.GZ;1 | NAIVE_TAR_1.GZ;1 | README.TXT;1 | README_1.TXT;1 | X.;1 | X_.;1`,
  )
  t.is(
    await found(await written(t, tree, { relaxedNames: true })),
    `A_B | Readme.txt | a b | a?b | d | d/.f | ${'l'.repeat(31)}_1.wim | ${'l'.repeat(33)}.wim | naive.tar.gz | naive_tar.gz | readme_1.txt | x | x_`,
  )
})

conformance('isoinfo finds every folder by the path tables where it finds it by the directories', async t => {
  const path = await written(t, SAMPLE)
  for (const hierarchy of [[], ['-J']]) {
    const byTable: [folder: string, block: number][] = []
    const table = await run('isoinfo', ...hierarchy, '-p', '-i', path)
    for (const [, number, above, block, name] of table.matchAll(/^ *(\d+): +(\d+) ([0-9a-f]+) (.*)$/gm)) {
      const folder = number === '1' ? '/' : `${byTable[Number(above) - 1]![0]}${name}/`
      byTable.push([folder, Number.parseInt(block!, 16)])
    }
    const listed = await run('isoinfo', ...hierarchy, '-l', '-i', path)
    const byDirectories = [...listed.matchAll(/^Directory listing of (.*)\n.*\[ *(\d+) 02\] {2}\. $/gm)]
    t.true(byDirectories.length > 100)
    t.deepEqual(
      byTable.sort(),
      byDirectories.map(([, folder, block]): (typeof byTable)[number] => [folder!, Number(block)]).sort(),
    )
  }
})

conformance('modes, links and counts of links are seen by xorriso and isoinfo', async t => {
  const long = `${'t'.repeat(200)}/../${'u'.repeat(255)}/./${'v'.repeat(255)}/${'w'.repeat(255)}`
  const path = await written(
    t,
    new Map<string, Entry>([
      ['special', file('x', { mode: 0o7755 })],
      ['none', file('x', { mode: 0 })],
      ['folder/a', { kind: 'folder', mode: 0o1777 }],
      ['folder/b', { kind: 'folder', mode: 0o700 }],
      ['absolute', { kind: 'link', target: '/usr/bin/sh' }],
      ['long', { kind: 'link', target: long }],
    ]),
  )
  const listed = await xorriso(t, '-indev', path, '-find', '/', '-exec', 'lsdl')
  t.deepEqual(
    linesOf(listed)
      .flatMap(line => /^([-dl]\S{9}) .*? 2024 '(.*)'$/.exec(line)?.slice(1).join(' ') ?? [])
      .sort(),
    [
      '---------- /none',
      '-rwsr-sr-t /special',
      'drwx------ /folder/b',
      'drwxr-xr-x /',
      'drwxr-xr-x /folder',
      'drwxrwxrwt /folder/a',
      "lrwxrwxrwx /absolute' -> '/usr/bin/sh",
      `lrwxrwxrwx /long' -> '${long}`,
    ],
  )
  t.deepEqual(
    linesOf(await run('isoinfo', '-R', '-l', '-i', path)).flatMap(
      line => /^(\S{10} +\d+) .*\] {2}([^. ].*?) ?$/.exec(line)?.slice(1).join(' ').replace(/ +/g, ' ') ?? [],
    ),
    [
      'lrwxrwxrwx 1 absolute -> /usr/bin/sh',
      'drwxr-xr-x 4 folder',
      `lrwxrwxrwx 1 long -> ${long}`,
      '---------- 1 none',
      '-rwxr-xr-x 1 special',
      'drwxrwxrwx 2 a',
      'drwx------ 2 b',
    ],
  )
})

conformance('everything has the one time stamp', async t => {
  const path = await written(t, SAMPLE)
  const into = `${path}.out`
  const volume = await xorriso(t, '-osirrox', 'on', '-indev', path, '-pvd_info', '-extract', '/', into)
  for (const name of ['Creation Time', 'Modif. Time  ', 'Eff. Time    '])
    t.regex(volume, new RegExp(`^${name}: 2024050607080900$`, 'm'))
  t.regex(volume, /^Expir. Time {2}: 0000000000000000$/m)
  for (const [name, { kind }] of await fromFolder(into))
    if (kind !== 'link') t.is(lstatSync(join(into, name)).mtimeMs, OPTIONS.date.getTime(), name)
  const stamps = [...(await run('7z', 'l', '-slt', path)).matchAll(/^(?:Created|Modified) = (\S+ \S+?)(?:\.00)?$/gm)]
  t.true(stamps.length > SAMPLE.size)
  t.deepEqual([...new Set(stamps.map(([, stamp]) => stamp))], ['2024-05-06 07:08:09'])
})

/** What a disk can hold: no link to nothing, no owner who is shut out; libisofs drops empty parts of a target, which mean nothing. */
const onDisk = (tree: Tree): Tree =>
  new Map(
    [...tree].flatMap(([path, entry]): [string, Entry][] => {
      if (entry.kind !== 'link') return [[path, { ...entry, mode: (entry.mode ?? 0o755) | 0o700 }]]
      const target = entry.target.replace(/\/+/g, '/').replace(/(.)\/$/, '$1')
      return target === '' ? [] : [[path, { ...entry, target }]]
    }),
  )

async function withModes(folder: string): Promise<Tree> {
  const tree = await fromFolder(folder)
  return new Map(
    [...tree].map(([path, entry]) => [
      path,
      entry.kind === 'link' ? entry : { ...entry, mode: lstatSync(join(folder, path)).mode & 0o7777 },
    ]),
  )
}

async function withoutModes(tree: Tree): Promise<Record<string, string>> {
  const all = Object.entries(await described(tree))
  return Object.fromEntries(all.map(([path, what]) => [path, String(what).replace(/^(\w+) \d+/, '$1')]))
}
