import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { digest, fromFile, fromMemory, read as readBytes, type Tree, writeFile } from '@bootwright/bytes'
import { createWim } from '@bootwright/format-wim'
import { contentBlobPath, decodeEnvironment, readContent } from '@bootwright/medium-format'
import steps from '@bootwright/steps'
import wim from '@bootwright/target-wim'
import { needs, scratch } from '@bootwright/test-support'
import { fakeBootImage, fakeContent, harness } from '@bootwright/testkit'
import ava from 'ava'
import prestaged from '../src/index.ts'

const test = needs(ava, 'wimlib-imagex', '7z')
const sha256 = (data: Uint8Array | string): string => createHash('sha256').update(data).digest('hex')
const run = (...args: string[]): string =>
  execFileSync('wimlib-imagex', args, { encoding: 'utf8', stdio: 'pipe', maxBuffer: 64 << 20 })

/** A folder with contents: a WIM of two images, an application, two packages that share a file, drivers. */
async function contents(): Promise<string> {
  const folder = scratch()
  const put = (path: string, text: string): void => {
    mkdirSync(join(folder, path, '..'), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  put('apps/7zip/7z.exe', 'a program '.repeat(1000))
  put('packages/a/shared.txt', 'the same in both')
  put('packages/b/shared.txt', 'the same in both')
  put('packages/b/own.txt', 'not the same')
  symlinkSync('own.txt', join(folder, 'packages/b/link.txt'))
  put('drivers/net/e1.inf', '[Version]')
  const image = (text: string) => ({
    tree: fakeContent({ 'Windows/system.ini': text.repeat(5000) }),
    words: { name: text },
  })
  const { bytes } = await createWim([image('Home '), image('Pro ')], { date: new Date(0), compression: 'lzx' })
  await writeFile(join(folder, 'install.wim'), bytes)
  return folder
}
const DEFAULTS = {
  type: 'prestaged',
  management: 'dynamic',
  managementPoints: [{ url: 'http://mp.example', allowHttp: true }],
  label: 'Factory',
  createdBy: 'The lab',
  version: '7.1',
  comment: 'For the line in Graz',
  bootImage: { plain: {} },
  operatingSystemImage: { source: 'install.wim', index: 2, name: 'windows', version: '24H2' },
  applications: { '7zip': './apps/7zip' },
  packages: { a: { source: './packages/a', version: '3' }, b: './packages/b' },
  driverPackages: { net: './drivers/net' },
  targets: [{ wim: { file: 'out/factory.wim' } }],
}
const defined = (folder: string, changes: object = {}) =>
  harness({
    plugins: [prestaged, wim, steps, fakeBootImage()],
    folder,
    definition: { media: { factory: { ...DEFAULTS, ...changes } } },
  })
async function built(folder: string, changes: object = {}): Promise<{ readonly path: string; readonly tree: Tree }> {
  await using made = await defined(folder, changes)
  const [medium] = await made.session.build(undefined, { overwrite: true })
  return { path: join(folder, 'out/factory.wim'), tree: medium!.tree }
}

test('a factory applies the WIM with wimlib and has every content, each file once, under its digest', async t => {
  const folder = await contents()
  const { path } = await built(folder)
  t.regex(run('verify', path), /successfully verified/)
  t.regex(execFileSync('7z', ['t', path], { encoding: 'utf8' }), /Everything is Ok/)
  const applied = scratch()
  run('apply', path, '1', applied)
  const items = await readContent(async file =>
    existsSync(join(applied, file)) ? readFileSync(join(applied, file)) : undefined,
  )
  t.deepEqual(
    items.map(({ kind, name, version, imageIndex, files }) => [
      kind,
      name,
      version,
      imageIndex,
      files.map(file => file.path),
    ]),
    [
      ['operatingSystemImage', 'windows', '24H2', 2, ['install.wim']],
      ['application', '7zip', undefined, undefined, ['7z.exe']],
      ['package', 'a', '3', undefined, ['shared.txt']],
      ['package', 'b', undefined, undefined, ['link.txt', 'own.txt', 'shared.txt']],
      ['driverPackage', 'net', undefined, undefined, ['e1.inf']],
    ],
  )
  for (const { sha256: wanted } of items.flatMap(({ files }) => files))
    t.is(sha256(readFileSync(join(applied, contentBlobPath(wanted)))), wanted)
  t.true(readFileSync(join(applied, contentBlobPath(sha256('the same in both')))).includes('the same'))
  // Five files of contents, five manifests, an empty configuration.
  t.is(readdirSync(join(applied, 'content/blobs/sha256')).length, 11)
  t.true(existsSync(join(applied, 'boot/kernel')))
})

test('the environment is that of media that were put on disks in a factory, and there is no task sequence', async t => {
  const folder = await contents()
  const { path } = await built(folder)
  const applied = scratch()
  run('extract', path, '1', '/bootwright', `--dest-dir=${applied}`)
  const { variables } = decodeEnvironment(readFileSync(join(applied, 'bootwright/environment.json')))
  t.is(variables._SMSTSMediaType?.value, 'OEMMedia')
  t.deepEqual(readdirSync(join(applied, 'bootwright')).sort(), ['environment.json', 'manifest.json', 'medium.json'])
})

const SEQUENCE = `
name: Office
operatingSystemImages: { windows-sequence: { source: install.wim, index: 1 } }
applications:
  office: { source: apps/7zip, install: 7z.exe, dependencies: [runtime] }
  runtime: { source: drivers/net, install: e1.inf }
  unused: { source: apps/7zip, install: 7z.exe }
steps:
  - applyOperatingSystemImage: windows-sequence
  - installApplication: office
`
test('with a task sequence, what it refers to is carried, with its dependencies, and it is not', async t => {
  const folder = await contents()
  writeFileSync(join(folder, 'office.yaml'), SEQUENCE)
  const { tree } = await built(folder, { taskSequence: 'office.yaml', operatingSystemImage: undefined })
  const read = async (path: string) => {
    const entry = tree.get(path)
    return entry?.kind === 'file' ? await readBytes(entry.content, 0, entry.content.size) : undefined
  }
  const names = (await readContent(read)).map(({ kind, name }) => `${kind} ${name}`)
  t.deepEqual(names, [
    'operatingSystemImage windows-sequence',
    'application 7zip',
    'application office',
    'application runtime',
    'package a',
    'package b',
    'driverPackage net',
  ])
  t.false(tree.has('bootwright/steps.mjs'))
  await t.throwsAsync(built(folder, { taskSequence: 'missing.yaml' }), { message: /missing\.yaml/ })
})

test('encrypted contents need a password, and are not readable', async t => {
  const folder = await contents()
  await t.throwsAsync(built(folder, { encrypt: 'content' }), { message: /add `password`/ })
  const { path, tree } = await built(folder, { encrypt: 'content', password: 'of the factory alone' })
  t.false(readFileSync(path).includes('a program a program'))
  t.true([...tree.keys()].every(each => each !== contentBlobPath(sha256('the same in both'))))
  const again = await built(folder, { encrypt: 'content', password: 'of the factory alone' })
  t.is(await digest(await fromFile(again.path)), sha256(readFileSync(path)))
})

test('who made it, version and comment are in the XML of the WIM', async t => {
  const { path } = await built(await contents())
  const xml = execFileSync('wimlib-imagex', ['info', path, '--xml']).toString('utf16le')
  for (const text of [
    '<NAME>Factory</NAME>',
    '<DESCRIPTION>For the line in Graz</DESCRIPTION>',
    '<CREATEDBY>The lab</CREATEDBY>',
    '<VERSION>7.1</VERSION>',
  ])
    t.true(xml.includes(text), text)
})

test('the operating system image is taken as it is, whatever the compression', async t => {
  const folder = await contents()
  const { path } = await built(folder, { targets: [{ wim: { file: 'out/factory.wim', compression: 'lzx' } }] })
  const source = await fromFile(join(folder, 'install.wim'))
  const inner = readFileSync(join(folder, 'install.wim'))
  t.true(readFileSync(path).includes(inner))
  t.is(await digest(source), sha256(inner))
})

test('two builds of one definition, from files in another place and order, are the same', async t => {
  const digests = new Set<string>()
  for (const _ of ['one', 'other']) digests.add(await digest(await fromFile((await built(await contents())).path)))
  t.is(digests.size, 1)
})

test('a plan tells the contents and the size to the byte', async t => {
  const folder = await contents()
  await using planning = await defined(folder)
  const [planned] = await planning.session.plan()
  const size = planned!.images[0]!.parts[0]!.bytes.size
  t.false(existsSync(join(folder, 'out')))
  t.true(
    planning
      .logged('info')
      .includes(
        'operatingSystemImage windows 24H2, image 2: 1 file, ' +
          `${readFileSync(join(folder, 'install.wim')).length} bytes`,
      ),
  )
  const { path } = await built(folder)
  t.is(readFileSync(path).length, size)
})

const refusedWith = async (changes: object): Promise<string> => {
  const folder = await contents()
  try {
    await using made = await defined(folder, changes)
    await made.session.build()
  } catch (error) {
    return (error as Error).message
  }
  return ''
}
test('what is missing or ambiguous is refused before anything is made', async t => {
  t.regex(await refusedWith({ operatingSystemImage: undefined }), /a prestaged medium needs an operating system image/)
  t.regex(
    await refusedWith({ operatingSystemImage: { source: 'install.wim', index: 3 } }),
    /has no image 3; it has 1 \(Home \), 2 \(Pro \)/,
  )
  t.regex(await refusedWith({ operatingSystemImage: 'install.wim' }), /has 2 images: .*choose one with index/)
  t.regex(
    await refusedWith({ operatingSystemImage: 'packages' }),
    /is not a file; an operating system image must be a file/,
  )
  t.regex(await refusedWith({ packages: { a: './nothing' } }), /the source of "a", does not exist/)
  t.regex(await refusedWith({ comment: 'x'.repeat(128) }), /at most 127 characters/)
  t.regex(await refusedWith({ createdBy: 'x'.repeat(51) }), /at most 50 characters/)
  t.regex(await refusedWith({ version: 'x'.repeat(33) }), /at most 32 characters/)
  t.regex(await refusedWith({ managementPoints: undefined }), /a prestaged medium needs a management point/)
  const folder = await contents()
  mkdirSync(join(folder, 'empty'))
  await using empty = await defined(folder, { packages: { none: './empty' } })
  await t.throwsAsync(empty.session.build(), { message: /"none" has no files/ })
})

test('a link that leads out of its package is named', async t => {
  const folder = await contents()
  symlinkSync('../a/shared.txt', join(folder, 'packages/b/out.txt'))
  await using made = await defined(folder)
  await t.throwsAsync(made.session.build(), {
    message: /"b" has the link out\.txt, which leads to \.\.\/a\/shared\.txt/,
  })
})

test('what was written is recognised, with its words', async t => {
  const { path, tree } = await built(await contents())
  const { default: plugin } = await import('@bootwright/target-wim')
  const readers: unknown[] = []
  await plugin.setup({ contribute: (...all: unknown[]) => readers.push(all) } as never)
  const [, [, , , create]] = readers as [
    unknown,
    [unknown, unknown, unknown, () => { open(bytes: unknown): Promise<unknown> }],
  ]
  const opened = (await create().open(await fromFile(path))) as { label: string; facts: object; tree: Tree }
  t.like(opened, {
    label: 'Factory',
    format: 'WIM with 1 image',
    facts: { compression: 'xpress', comment: 'For the line in Graz', 'created by': 'The lab', version: '7.1' },
  })
  const files = (of: Tree) =>
    [...of]
      .filter(([, { kind }]) => kind === 'file')
      .map(([name]) => name)
      .sort()
  t.deepEqual(files(opened.tree), files(tree))
  t.is(await create().open(fromMemory('something else')), undefined)
})
