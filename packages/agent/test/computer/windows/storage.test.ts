import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { scratch } from '@bootwright/test-support'
import test from 'ava'
import { windowsStorage } from '../../../src/computer/windows/storage.ts'
import { fakePrograms } from '../../fakes.ts'

const listing = `
    \\\\?\\Volume{2eca078d-5cbc-43d3-aff8-7e8511f60d0e}\\
        D:\\

    \\\\?\\Volume{62a4a5c1-0000-0000-0000-100000000000}\\
        *** NO MOUNT POINTS ***

    \\\\?\\Volume{e1a1c0de-1111-11ee-9d20-806e6f6e6963}\\
        E:\\
`
const programs = fakePrograms(undefined, async command => ({
  exitCode: command === 'mountvol' ? 0 : 1,
  output: listing,
}))

test('volumes are listed with and without a letter; a drive without a disc is left out', async t => {
  const describe = async (root: string) => {
    if (root === 'E:\\') throw new Error('ENOENT: the device is not ready')
    return { size: root.length, generation: '7' }
  }
  t.deepEqual(await windowsStorage({ programs, describe }).devices(), [
    { path: 'D:\\', size: 3, generation: '7', disk: 'D:\\' },
    {
      path: '\\\\?\\Volume{62a4a5c1-0000-0000-0000-100000000000}\\',
      size: 49,
      generation: '7',
      disk: '\\\\?\\Volume{62a4a5c1-0000-0000-0000-100000000000}\\',
    },
  ])
})
test('volumes that cannot be listed are an error', async t => {
  const failing = fakePrograms(undefined, async () => ({ exitCode: 1, output: 'Access is denied.\r\n' }))
  await t.throwsAsync(windowsStorage({ programs: failing }).devices(), { message: 'Access is denied.' })
})
test('the files of a volume are read at its mount point', async t => {
  const path = scratch()
  writeFileSync(join(path, 'file'), 'content')
  const volume = await windowsStorage({ programs }).mount({ path, size: 1, generation: '1', disk: path }, 'ntfs')
  t.is(Buffer.from((await volume.read('file', 10))!).toString(), 'content')
  await volume.unmount()
})
