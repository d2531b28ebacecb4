import { promises as fs } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { scratch } from '../../../../scripts/test-tools.ts'
import { fileKey, problemWithOutput } from '../../src/lifecycle/outputs.ts'

test('a missing file in a missing folder is no problem', async t => {
  t.is(await problemWithOutput(join(scratch(), 'out/images/lab.iso'), false), undefined)
})

test('a file that exists is one, unless it may be replaced', async t => {
  const file = join(scratch(), 'lab.iso')
  await fs.writeFile(file, '')
  t.regex((await problemWithOutput(file, false)) ?? '', /exists and is left as it is/)
  t.is(await problemWithOutput(file, true), undefined)
})

test('a folder is one, and so is a file where a folder should be', async t => {
  const folder = scratch()
  await fs.writeFile(join(folder, 'file'), '')
  t.regex((await problemWithOutput(folder, true)) ?? '', /is a folder; expected the name of a file/)
  t.regex((await problemWithOutput(join(folder, 'file/a/lab.iso'), true)) ?? '', /file is a file, not a folder/)
})

test('names that are one file on some system are one', t => {
  t.is(fileKey('/out/Lab.iso'), fileKey('/out/x/../lab.ISO'))
  t.is(fileKey('/out/u\u0308.iso'), fileKey('/out/\u00fc.iso'))
  t.not(fileKey('/out/a.iso'), fileKey('/out/b.iso'))
})
