import { promises as fs } from 'node:fs'
import { join } from 'node:path'
import { concat, fromFile, fromMemory } from '@bootwright/bytes'
import { scratch } from '@bootwright/test-support'
import test from 'ava'
import { fileKey, isSource, problemWithOutput } from '../../src/lifecycle/outputs.ts'

test('a missing file in a missing folder can be written', async t => {
  t.is(await problemWithOutput(join(scratch(), 'out/images/lab.iso'), false), undefined)
})

test('an existing file is refused, unless it may be replaced', async t => {
  const file = join(scratch(), 'lab.iso')
  await fs.writeFile(file, '')
  t.regex((await problemWithOutput(file, false)) ?? '', /exists; use --force/)
  t.is(await problemWithOutput(file, true), undefined)
})

test('a folder as output, and a file instead of a folder, are refused', async t => {
  const folder = scratch()
  await fs.writeFile(join(folder, 'file'), '')
  t.regex((await problemWithOutput(folder, true)) ?? '', /is a folder; expected a file name/)
  t.regex((await problemWithOutput(join(folder, 'file/a/lab.iso'), true)) ?? '', /file is a file, not a folder/)
})

test('names that are the same file on some system have the same key, even through links', async t => {
  t.is(await fileKey('/out/Lab.iso'), await fileKey('/out/x/../lab.ISO'))
  t.is(await fileKey('/out/u\u0308.iso'), await fileKey('/out/\u00fc.iso'))
  t.not(await fileKey('/out/a.iso'), await fileKey('/out/b.iso'))
  const folder = scratch()
  await fs.mkdir(join(folder, 'real'))
  await fs.symlink('real', join(folder, 'link'))
  t.is(await fileKey(join(folder, 'link/new/a.iso')), await fileKey(join(folder, 'real/new/a.iso')))
})

test('a device is refused as output', async t => {
  t.regex((await problemWithOutput('/dev/null', true)) ?? '', /is a device/)
})

test('a source of an image is found under any name', async t => {
  const folder = scratch()
  await fs.writeFile(join(folder, 'source'), 'content')
  await fs.symlink('source', join(folder, 'link'))
  await fs.writeFile(join(folder, 'other'), 'content')
  const bytes = concat([fromMemory('head'), await fromFile(join(folder, 'source'))])
  const images = [{ parts: [{ destination: '/x', bytes }], facts: {} }]
  t.true(await isSource(join(folder, 'source'), images))
  t.true(await isSource(join(folder, 'link'), images))
  t.false(await isSource(join(folder, 'other'), images))
  t.false(await isSource(join(folder, 'missing'), images))
})
