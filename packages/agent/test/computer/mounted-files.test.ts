import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { needs, scratch } from '@bootwright/test-support'
import test from 'ava'
import { mountedFiles, pathWithin, readFileWithin } from '../../src/computer/mounted-files.ts'

const PATH = 'bootwright/medium.json'
/** A medium with something of the test's own where the descriptor should be. */
const foreign = (make: (path: string) => void): string => {
  const root = scratch()
  mkdirSync(join(root, 'bootwright'))
  make(join(root, PATH))
  return root
}
const readText = async (root: string, limit = 100): Promise<string | undefined> => {
  const data = await readFileWithin(root, PATH, limit)
  return data && Buffer.from(data).toString()
}

test('a file is read up to the limit', async t => {
  t.is(
    await readText(
      foreign(path => writeFileSync(path, 'content')),
      7,
    ),
    'content',
  )
  t.is(await readText(foreign(path => writeFileSync(path, ''))), '')
})
test('a file above the limit throws an error with its size', async t => {
  for (const size of [8, 1e12])
    await t.throwsAsync(
      readText(
        foreign(path => {
          writeFileSync(path, '')
          truncateSync(path, size)
        }),
        7,
      ),
      { code: 'FILE_TOO_LARGE', message: `the file ${PATH} has ${size} bytes; expected at most 7` },
    )
})
test('a link within the medium is followed', async t => {
  const root = foreign(path => symlinkSync('../elsewhere', path))
  writeFileSync(join(root, 'elsewhere'), 'content')
  t.is(await readText(root), 'content')
})
test('a link out of the medium is treated as missing', async t => {
  const outside = join(scratch(), 'shadow')
  writeFileSync(outside, 'secret')
  t.is(await readText(foreign(path => symlinkSync(outside, path))), undefined)
  for (const device of ['/dev/zero', '/dev/stdin', '/proc/kmsg'])
    t.is(await readText(foreign(path => symlinkSync(device, path))), undefined, device)
})
test('a folder whose name begins like that of the medium is outside', async t => {
  const parent = scratch()
  for (const name of ['medium', 'medium-2']) mkdirSync(join(parent, name))
  symlinkSync('../medium-2', join(parent, 'medium', 'link'))
  t.is(await pathWithin(join(parent, 'medium'), 'link'), undefined)
})
test('a loop of links and a dangling link are treated as missing', async t => {
  t.is(await readText(foreign(path => symlinkSync('medium.json', path))), undefined)
  t.is(await readText(foreign(path => symlinkSync('nothing', path))), undefined)
})
test('a folder, or a file in the place of a folder, is treated as missing', async t => {
  t.is(await readText(foreign(path => mkdirSync(path))), undefined)
  const root = scratch()
  writeFileSync(join(root, 'bootwright'), '')
  t.is(await readText(root), undefined)
})
test('a medium behind a link is read', async t => {
  const link = join(scratch(), 'link')
  symlinkSync(
    foreign(path => writeFileSync(path, 'content')),
    link,
  )
  t.is(await readText(link), 'content')
})
needs(test, 'mkfifo')('a FIFO is treated as missing and does not block', async t => {
  t.is(await readText(foreign(path => execFileSync('mkfifo', [path]))), undefined)
})
test('a folder is copied with its modes, and an earlier copy is replaced', async t => {
  const mountPoint = scratch()
  const to = join(scratch(), 'copy')
  mkdirSync(join(mountPoint, 'prestart', 'deep'), { recursive: true })
  writeFileSync(join(mountPoint, 'prestart', 'deep', 'run.sh'), '#!/bin/sh\n', { mode: 0o555 })
  const volume = mountedFiles(mountPoint)
  await volume.copyFolder('prestart', to)
  t.is(statSync(join(to, 'deep', 'run.sh')).mode & 0o777, 0o555)
  writeFileSync(join(to, 'left over'), '')
  await volume.copyFolder('prestart', to)
  t.throws(() => readFileSync(join(to, 'left over')), { code: 'ENOENT' })
  await volume.copyFolder('missing', to)
  t.true(statSync(to).isDirectory())
})
test('a missing file is not an error', async t => {
  t.is(await mountedFiles('/nowhere').read('bootwright/medium.json', 100), undefined)
  t.is(await mountedFiles('/nowhere').digest('bootwright/medium.json'), undefined)
})
test('a folder that leads out of the medium is not copied', async t => {
  const outside = scratch()
  writeFileSync(join(outside, 'shadow'), 'secret')
  const mountPoint = scratch()
  symlinkSync(outside, join(mountPoint, 'prestart'))
  const to = join(scratch(), 'copy')
  await mountedFiles(mountPoint).copyFolder('prestart', to)
  t.deepEqual(readdirSync(to), [])
})
test('a file of any size has a digest', async t => {
  const root = scratch()
  const data = Buffer.alloc(5_000_001, 'some more ')
  writeFileSync(join(root, 'large'), data)
  const sha256 = createHash('sha256').update(data).digest('hex')
  t.deepEqual(await mountedFiles(root).digest('large'), { size: data.length, sha256 })
  t.is(await mountedFiles(root).digest('.'), undefined)
})
