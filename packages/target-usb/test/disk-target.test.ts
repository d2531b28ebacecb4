import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { digest, fromFile, slice, type Tree, writeFile } from '@bootwright/bytes'
import { readGpt, readQcow2 } from '@bootwright/format-disk'
import { needs, scratch } from '@bootwright/test-support'
import ava from 'ava'
import { diskTarget } from '../src/disk-target.ts'
import { usbReader } from '../src/reader.ts'
import { boot, digests, file, loader, medium, request } from './fakes.ts'

const test = needs(ava, 'qemu-img', 'sgdisk', 'fsck.fat', 'fsck.exfat')
const run = (program: string, ...args: string[]): string =>
  execFileSync(program, args, { encoding: 'utf8', stdio: 'pipe' })
const tree: Tree = new Map([
  loader,
  ['content/blobs/sha256/1234', file('an image '.repeat(100_000))],
  ['content/index.json', file('{}')],
  ['contents.txt', file('not content')],
])
const made = medium({ tree, boot, type: 'prestaged' })
const planned = (options: { format: 'raw' | 'qcow2'; size?: string; file: string }) =>
  diskTarget(digests).plan({
    options,
    folder: '/',
    medium: made,
    log: { debug() {}, info() {}, warn() {} },
    secret: () => Promise.reject(new Error('there is none')),
  })

async function written(format: 'raw' | 'qcow2', size?: string): Promise<string> {
  const path = join(scratch(), `disk.${format}`)
  const options = { format, file: path, ...(size && { size }) }
  await diskTarget(digests).write(await planned(options), { ...request({}), options, medium: made })
  return path
}

test('content has a partition of its own, and both are sound for others', async t => {
  const disk = await fromFile(await written('raw'))
  const folder = scratch()
  const { partitions } = await readGpt(disk)
  t.is(partitions.length, 2)
  const volumes = await Promise.all(
    partitions.map(async ({ firstSector, lastSector }, index) => {
      const path = join(folder, `${index}`)
      await writeFile(path, slice(disk, firstSector * 512, (lastSector + 1) * 512), { durable: false })
      return path
    }),
  )
  t.regex(run('fsck.fat', '-n', volumes[0]!), /\d+ files/)
  t.regex(run('fsck.exfat', '-n', volumes[1]!), /clean/)
  t.notRegex(run('mdir', '-/', '-b', '-i', volumes[0]!), /content\//)
  t.regex(run('mdir', '-/', '-b', '-i', volumes[0]!), /contents\.txt/)
})

test('as qcow2 it is the same disk, and smaller', async t => {
  const [raw, image] = [await written('raw', '500MB'), await written('qcow2', '500MB')]
  t.regex(run('qemu-img', 'check', image), /No errors were found/)
  run('qemu-img', 'compare', '-f', 'raw', '-F', 'qcow2', raw, image)
  t.regex(run('sgdisk', '-v', raw), /No problems found/)
  const bytes = await fromFile(image)
  t.true(bytes.size < 40e6)
  t.is(await digest(await readQcow2(bytes)), await digest(await fromFile(raw)))
  const opened = await usbReader.open(bytes)
  t.is(opened!.format, 'qcow2 image of a disk with GPT, FAT32 and exFAT')
  for (const path of tree.keys()) t.true(opened!.tree.has(path), path)
})
