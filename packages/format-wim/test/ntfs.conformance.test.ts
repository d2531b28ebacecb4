import { execFileSync } from 'node:child_process'
import { truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fromFile, writeFile } from '@bootwright/bytes'
import { needs, scratch } from '@bootwright/test-support'
import anyTest, { type TestFn } from 'ava'
import { readImage, readWim, verifyWim } from '../src/index.ts'
import { contentsOfEverything, everything, facts, folder, wimOf } from './windows-tree.ts'

const test = needs(anyTest as TestFn, 'wimlib-imagex', 'mkntfs')
const run = (command: string, ...args: string[]): string =>
  execFileSync(command, args, { encoding: 'utf8', stdio: 'pipe' })

test('streams, short names, security, reparse points and hard links go through NTFS and back', async t => {
  const disk = scratch()
  const [made, volume, back] = ['made.wim', 'volume.img', 'back.wim'].map(name => join(disk, name)) as [
    string,
    string,
    string,
  ]
  const { bytes } = await wimOf(contentsOfEverything(), sha1 => folder('', everything(sha1)))
  await writeFile(made, bytes, { durable: false })
  t.regex(run('wimlib-imagex', 'verify', made), /successfully verified/)
  writeFileSync(volume, '')
  truncateSync(volume, 32 << 20)
  run('mkntfs', '--fast', '--force', '--quiet', volume)
  run('wimlib-imagex', 'apply', made, '1', volume)
  run('wimlib-imagex', 'capture', volume, back, 'back', '--norpfix')
  const [first, second] = [await readWim(bytes), await readWim(await fromFile(back))]
  t.deepEqual(await verifyWim(second), [])
  const [before, after] = [await readImage(first, 1), await readImage(second, 1)]
  t.deepEqual(facts(after.root, after.security), facts(before.root, before.security))
})
