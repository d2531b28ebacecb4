import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import test from 'ava'
import { scratch } from '../../../../scripts/test-tools.ts'
import { openVirtualFolder } from '../../src/linux/virtual-files.ts'

const run = promisify(execFile)
const canMount = existsSync('/dev/fuse') && process.getuid?.() === 0
const mounts = canMount ? test : test.skip

mounts('programs read a file that is made while it is read', async t => {
  const data = randomBytes(5_000_003)
  const errors: unknown[] = []
  const folder = await openVirtualFolder(join(scratch(), 'virtual'))
  const path = folder.add({
    name: 'image.wim',
    size: data.length,
    read: async (offset, length) => data.subarray(offset, offset + length),
    onError: error => errors.push(error),
  })
  const broken = folder.add({
    name: 'broken',
    size: 10,
    read: async () => {
      throw new Error('of the disc')
    },
    onError: error => errors.push(error),
  })
  try {
    const { stdout: whole } = await run('cat', [path], { encoding: 'buffer', maxBuffer: 1 << 23 })
    t.true(whole.equals(data))
    const { stdout: end } = await run('tail', ['-c', '7', path], { encoding: 'buffer' })
    t.deepEqual(end, data.subarray(-7))
    const { stdout: size } = await run('stat', ['-c', '%s', path])
    t.is(Number(size), data.length)
    await t.throwsAsync(run('cat', [join(path, '../other')]), { message: /No such file/ })
    await t.throwsAsync(run('cat', [broken]), { message: /Input\/output error/ })
    t.regex(String(errors), /of the disc/)
  } finally {
    await folder.close()
  }
})
