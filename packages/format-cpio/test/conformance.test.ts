import { execFileSync } from 'node:child_process'
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Entry, fromMemory, read, readText } from '@bootwright/bytes'
import { needs } from '@bootwright/test-support'
import test, { type TestFn } from 'ava'
import { planCpio } from '../src/plan-cpio.ts'
import { readCpio } from '../src/read-cpio.ts'

const conformance: TestFn = needs(test, 'cpio')
const folder = mkdtempSync(join(tmpdir(), 'format-cpio-'))
test.after.always(() => rmSync(folder, { recursive: true }))

const cpio = (cwd: string, args: string, input: Uint8Array | string): Buffer =>
  execFileSync('cpio', args.split(' '), {
    cwd,
    input,
    env: { ...process.env, LC_ALL: 'C.UTF-8' },
    stdio: ['pipe', 'pipe', 'ignore'],
  })

const tree = new Map<string, Entry>([
  ['init', { kind: 'file', mode: 0o755, content: fromMemory('#!/bin/sh\n') }],
  ['bin/größe', { kind: 'file', mode: 0o640, content: fromMemory(new Uint8Array(100_001).fill(7)) }],
  ['bin/sh', { kind: 'link', target: 'busybox' }],
  ['empty', { kind: 'file', content: fromMemory('') }],
  ['tmp', { kind: 'folder', mode: 0o1777 }],
])

conformance('cpio lists what was planned, with modes, devices and time', async t => {
  const devices = [{ path: 'dev/console', kind: 'character', mode: 0o600, major: 5, minor: 1 } as const]
  const bytes = await read(planCpio(tree, { date: new Date('2024-05-06T07:08:09Z'), devices }))
  t.deepEqual(
    cpio(folder, '-it', bytes).toString().trim().split('\n').sort(),
    [...tree.keys(), 'bin', 'dev', 'dev/console'].sort(),
  )
  const lines = cpio(folder, '-itvn', bytes).toString()
  t.regex(lines, /^crw-------.* 0 +5, +1 May +6 +2024 dev\/console$/m)
  t.regex(lines, /^drwxrwxrwt .* 0 May +6 +2024 tmp$/m)
  t.regex(lines, /^lrwxrwxrwx .* bin\/sh -> busybox$/m)
  // Links, user and group.
  t.regex(lines, /^drwxrwxrwt +2 0 +0 /m)
  for (const line of lines.trim().split('\n')) t.deepEqual(line.split(/\s+/).slice(2, 4), ['0', '0'], line)
})

conformance('cpio unpacks what was planned', async t => {
  const into = join(folder, 'out')
  mkdirSync(into)
  cpio(into, '-idm --no-preserve-owner', await read(planCpio(tree, { date: new Date(86_400_000) })))
  t.deepEqual(readFileSync(join(into, 'bin/größe')), Buffer.alloc(100_001, 7))
  t.is(readFileSync(join(into, 'init'), 'utf8'), '#!/bin/sh\n')
  t.is(lstatSync(join(into, 'init')).mode, 0o100755)
  t.is(lstatSync(join(into, 'init')).mtimeMs, 86_400_000)
  t.is(lstatSync(join(into, 'tmp')).mode, 0o041777)
  t.is(readlinkSync(join(into, 'bin/sh')), 'busybox')
  t.is(lstatSync(join(into, 'empty')).size, 0)
})

conformance('what cpio packs is read', async t => {
  const from = join(folder, 'in')
  mkdirSync(join(from, 'sub'), { recursive: true })
  writeFileSync(join(from, 'sub/ü'), 'umlaut', { mode: 0o600 })
  symlinkSync('sub', join(from, 'link'))
  const bytes = cpio(from, '-o -H newc', '.\nsub\nsub/ü\nlink\n')
  const { tree } = await readCpio(fromMemory(bytes))
  t.deepEqual([...tree.keys()].sort(), ['link', 'sub', 'sub/ü'])
  t.like(tree.get('link'), { kind: 'link', target: 'sub' })
  const entry = tree.get('sub/ü')
  t.is(entry?.kind === 'file' && (await readText(entry.content)), 'umlaut')
  t.like(entry, { mode: 0o600 })
})
