import { execFileSync } from 'node:child_process'
import { truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { needs, scratch } from '@bootwright/test-support'
import test from 'ava'
import { formatAndPartitionDisk } from '../src/definitions/format-and-partition-disk.ts'
import program from '../src/programs/format-and-partition-disk.ts'
import { fakeContext } from './fake-context.ts'

const validated = async (written: unknown) => formatAndPartitionDisk.schema['~standard'].validate(written)
async function options(written: unknown) {
  const result = await validated(written)
  if (result.issues) throw new Error(result.issues.map(({ message }) => message).join('; '))
  return result.value
}
const messages = async (written: unknown): Promise<string> =>
  ((await validated(written)).issues ?? []).map(({ message }) => message).join('; ')

test('what no disk can be is refused before anything is written', async t => {
  t.regex(await messages({ partitions: [{ fileSystem: 'ext4' }, { fileSystem: 'ext4' }] }), /must be the last one/)
  t.regex(
    await messages({ style: 'mbr', partitions: [{ type: 'biosBoot', size: '1MB' }] }),
    /an MBR disk has no partitions/,
  )
  t.regex(await messages({ partitions: [{ type: 'logical' }] }), /a GPT disk has no extended and logical/)
  t.regex(await messages({ partitions: [{ size: '5 apples' }] }), /expected a size such as 512MB, 20GB or 50%/)
  t.regex(await messages({ partitions: [] }), /./)
})

test('a disk that is too small, or not there, is said with numbers', async t => {
  const context = fakeContext()
  const large = await options({ partitions: [{ size: '9GB' }, {}] })
  const error = await t.throwsAsync(program.run(large, context), {
    message: /the disk has 8000000000 bytes, and the partitions need/,
  })
  t.like(error, { exitCode: 112 })
  const other = await options({ disk: 7, partitions: [{}] })
  await t.throwsAsync(program.run(other, context), {
    message: /there is no disk 7; this computer has 0 \(\/dev\/sda, 8\.0 GB\), 1/,
  })
  t.deepEqual(context.ran, [])
})

test('Windows PE partitions by diskpart, C being the system', async t => {
  const context = fakeContext({ platform: 'windows' })
  await program.run(
    await options({
      disk: 1,
      partitions: [
        { type: 'efi', size: '100MB', variable: 'ESP' },
        { type: 'reserved', size: '16MB' },
        { fileSystem: 'ntfs', label: 'Windows', variable: 'OSDISK' },
      ],
    }),
    context,
  )
  t.like(context.ran[0], { command: 'diskpart' })
  t.is(context.variables.get('OSDISK'), 'C:')
  t.is(context.variables.get('ESP'), 'S:')
  t.deepEqual(context.kept, ['C:'])
})

const conformance = needs(test, 'sfdisk', 'sgdisk')
conformance('sfdisk understands what it is given: types, names, sizes, percents', async t => {
  const disk = join(scratch(), 'disk.img')
  writeFileSync(disk, '')
  truncateSync(disk, 8e9)
  const context = fakeContext({ play: command => (command === 'blkid' ? { output: 'UUID-OF-IT\n' } : undefined) })
  const written = await options({
    partitions: [
      { type: 'biosBoot', size: '1MB' },
      { type: 'efi', size: '64MB', name: 'EFI' },
      { size: '50%', fileSystem: 'ext4', variable: 'DATA' },
      { type: 'swap', size: '512MB' },
      { fileSystem: 'ntfs', variable: 'OSDISK' },
    ],
  })
  // The device of a partition is not there: only the table is made.
  await t.throwsAsync(program.run(written, context), { message: /does not appear/ })
  const { args, input } = context.ran[0]!
  execFileSync('sfdisk', [...args.slice(0, -1), disk], { input, stdio: ['pipe', 'pipe', 'pipe'] })
  const table = execFileSync('sgdisk', ['-p', disk], { encoding: 'utf8' })
  t.regex(table, /1 +2048 +4095 +1024\.0 KiB +EF02/)
  t.regex(table, /2 +4096 +135167 +64\.0 MiB +EF00 +EFI/)
  t.regex(table, /3 +135168 +\d+ +3\.4 GiB +8300/)
  t.regex(table, /4 +\d+ +\d+ +512\.0 MiB +8200/)
  t.regex(table, /5 +\d+ +15624191 +\S+ GiB +0700/)
})
