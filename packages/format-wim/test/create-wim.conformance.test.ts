import { execFileSync } from 'node:child_process'
import { lstatSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { fromFile, read, writeFile } from '@bootwright/bytes'
import { needs, scratch } from '@bootwright/test-support'
import anyTest, { type TestFn } from 'ava'
import { createWim, patchWim, readImage, readWim, verifyWim, walk } from '../src/index.ts'
import { date, file, tree } from './sample.ts'

const test = needs(anyTest as TestFn, 'wimlib-imagex', '7z')
const wimlib = (...args: string[]): string => execFileSync('wimlib-imagex', args, { encoding: 'utf8', stdio: 'pipe' })
const kinds = {
  'nothing compressed': { compression: 'none' },
  XPRESS: { compression: 'xpress' },
  'XPRESS in small chunks': { compression: 'xpress', chunkSize: 4096 },
  LZX: { compression: 'lzx' },
  'LZX in large chunks': { compression: 'lzx', chunkSize: 1 << 21 },
} as const

for (const [kind, options] of Object.entries(kinds))
  test(`other programs accept a new WIM with ${kind}, and apply what went in`, async t => {
    const folder = scratch()
    const path = join(folder, 'ours.wim')
    const words = { name: 'Größe', description: 'one & two' }
    const { bytes } = await createWim([{ tree, words }], { date, ...options, hasUnixData: true, hasIntegrity: true })
    await writeFile(path, bytes, { durable: false })
    t.regex(wimlib('verify', path), /successfully verified/)
    t.regex(execFileSync('7z', ['t', path], { encoding: 'utf8' }), /Everything is Ok/)
    t.regex(wimlib('info', path), /Name: +Größe\nDescription: +one & two/)
    wimlib('apply', path, '1', join(folder, 'applied'), '--unix-data', '--norpfix')
    for (const [name, entry] of tree) {
      const applied = join(folder, 'applied', name)
      if (entry.kind === 'file') t.is(Buffer.compare(readFileSync(applied), await read(entry.content)), 0, name)
      if (entry.kind === 'link') t.is(readlinkSync(applied), entry.target)
      else t.is(lstatSync(applied).mode & 0o777, entry.mode ?? (entry.kind === 'file' ? 0o644 : 0o755), name)
      t.is(lstatSync(applied).mtimeMs, date.getTime(), name)
    }
    const back = await readWim(await fromFile(path))
    t.deepEqual(await verifyWim(back), [])
    t.is([...walk((await readImage(back, 1)).root)].length, wimlib('dir', path, '1').trim().split('\n').length)
  })

for (const compression of ['none', 'xpress', 'lzx', 'lzms'] as const)
  test(`a WIM of wimlib's is changed without a byte of what it held, with ${compression}`, async t => {
    const folder = scratch()
    const [source, theirs, ours] = ['source.wim', 'theirs.wim', 'ours.wim'].map(name => join(folder, name)) as [
      string,
      string,
      string,
    ]
    const made = await createWim([{ tree, words: { name: 'first' } }], { date, compression: 'none' })
    await writeFile(source, made.bytes, { durable: false })
    wimlib('export', source, '1', theirs, '--compress', compression, '--check')
    const bytes = await fromFile(theirs)
    const { bytes: patched } = await patchWim(
      await readWim(bytes),
      {
        changed: new Map([
          [
            1,
            {
              added: new Map([
                ['Windows/System32/winpeshl.ini', file('[LaunchApps]\r\n')],
                ['TEXT.TXT', file('replaced')],
                ['another folder', { kind: 'folder' as const }],
                ['a copy', file('number 7')],
              ]),
              removed: ['zeros', 'A Folder/deep'],
              words: { description: 'changed' },
            },
          ],
        ]),
        appended: [{ tree: new Map([['second', file('second image')]]), words: { name: 'second' } }],
      },
      { date: new Date('2026-12-01T00:00:00Z'), bootIndex: 2 },
    )
    await writeFile(ours, patched, { durable: false })
    t.regex(wimlib('verify', ours), /successfully verified/)
    t.regex(execFileSync('7z', ['t', ours], { encoding: 'utf8' }), /Everything is Ok/)
    const [before, after] = [await readWim(bytes), await readWim(patched)]
    const kept = [...before.blobs.values()].filter(({ sha1 }) => after.blobs.has(sha1))
    t.true(kept.length > 200)
    const [theirBytes, ourBytes] = [readFileSync(theirs), readFileSync(ours)]
    for (const { sha1, resource } of kept) {
      t.deepEqual(after.blobs.get(sha1)!.resource, resource)
      const range = [resource.offset, resource.offset + resource.sizeInWim] as const
      t.is(Buffer.compare(ourBytes.subarray(...range), theirBytes.subarray(...range)), 0)
    }
    const info = wimlib('info', ours)
    t.regex(info, /Boot Index: +2/)
    t.regex(info, /Description: +changed/)
    const expected = [...tree.keys()].filter(name => !/^zeros$|^a folder\/deep/.test(name))
    wimlib('apply', ours, '1', join(folder, 'applied'), '--norpfix')
    const applied = (name: string): string => readFileSync(join(folder, 'applied', name), 'utf8')
    for (const name of expected) {
      const entry = tree.get(name)!
      if (entry.kind === 'file' && name !== 'text.txt')
        t.is(Buffer.from(applied(name)).compare(await read(entry.content)), 0)
    }
    t.is(applied('text.txt'), 'replaced')
    t.is(applied('Windows/System32/winpeshl.ini'), '[LaunchApps]\r\n')
    t.is(applied('a copy'), 'number 7')
    const paths = wimlib('dir', ours, '1').trim().split('\n')
    t.false(paths.some(path => /zeros|deeper|TEXT/.test(path)))
    t.deepEqual(wimlib('dir', ours, '2').trim().split('\n'), ['/', '/second'])
  })

test('a change of a solid WIM keeps what is solid', async t => {
  const folder = scratch()
  const [source, solid, ours] = ['source.wim', 'solid.esd', 'ours.esd'].map(name => join(folder, name)) as [
    string,
    string,
    string,
  ]
  const made = await createWim([{ tree }], { date, compression: 'none' })
  await writeFile(source, made.bytes, { durable: false })
  wimlib('export', source, '1', solid, '--solid')
  const change = { added: new Map([['new', file('new')]]), removed: ['many'] }
  const { bytes } = await patchWim(await readWim(await fromFile(solid)), { changed: new Map([[1, change]]) }, { date })
  await writeFile(ours, bytes, { durable: false })
  t.regex(wimlib('verify', ours), /successfully verified/)
  t.deepEqual(await verifyWim(await readWim(await fromFile(ours))), [])
})
