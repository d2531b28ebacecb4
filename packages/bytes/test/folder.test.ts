import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { scratch } from '@bootwright/test-support'
import test from 'ava'
import { fromFolder, readText } from '../src/index.ts'

test('a folder becomes a tree; only the executable bit is kept of the permissions', async t => {
  const folder = scratch()
  mkdirSync(join(folder, 'sub/empty'), { recursive: true })
  writeFileSync(join(folder, 'sub/run.sh'), '#!/bin/sh\n')
  chmodSync(join(folder, 'sub/run.sh'), 0o710)
  writeFileSync(join(folder, 'plain'), 'text', { mode: 0o600 })
  symlinkSync('plain', join(folder, 'link'))
  const tree = await fromFolder(folder)
  t.deepEqual([...tree.keys()].sort(), ['link', 'plain', 'sub', 'sub/empty', 'sub/run.sh'])
  t.like(tree.get('sub/run.sh'), { kind: 'file', mode: 0o755 })
  t.like(tree.get('plain'), { kind: 'file', mode: 0o644 })
  t.deepEqual(tree.get('link'), { kind: 'link', target: 'plain' })
  const plain = tree.get('plain')
  t.is(plain?.kind === 'file' ? await readText(plain.content) : '', 'text')
})
test('a missing folder is named', async t => {
  await t.throwsAsync(fromFolder('/does/not/exist'), { code: 'SOURCE_UNREADABLE', message: /\/does\/not\/exist/ })
})
test('a socket is refused', async t => {
  const path = join(scratch(), 'socket')
  const server = createServer().listen(path)
  await new Promise(resolve => server.once('listening', resolve))
  await t.throwsAsync(fromFolder(join(path, '..')), { code: 'SOURCE_NOT_A_FILE' })
  server.close()
})
