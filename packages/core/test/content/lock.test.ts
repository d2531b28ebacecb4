import { promises as fs } from 'node:fs'
import { join } from 'node:path'
import { scratch } from '@bootwright/test-support'
import test from 'ava'
import { withLock } from '../../src/content/lock.ts'

const signal = new AbortController().signal

test('work under the same name never overlaps, even within a process', async t => {
  const folder = scratch()
  let inside = 0
  let most = 0
  const work = async (): Promise<void> => {
    inside += 1
    most = Math.max(most, inside)
    await new Promise(resolve => setTimeout(resolve, 20))
    inside -= 1
  }
  await Promise.all(Array.from({ length: 3 }, () => withLock(folder, 'x', signal, work)))
  t.is(most, 1)
  t.deepEqual(await fs.readdir(join(folder, 'locks')), [])
})

test('a lost lock stops neither the process nor the work', async t => {
  const folder = scratch()
  const lock = join(folder, 'locks', 'x.lock')
  const result = await withLock(folder, 'x', signal, async () => {
    await fs.rm(lock, { recursive: true })
    // The owner looks at its lock every 5 s and finds it gone.
    await new Promise(resolve => setTimeout(resolve, 5500))
    return 'done'
  })
  t.is(result, 'done')
})
