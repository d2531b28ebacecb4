import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { promises as fs } from 'node:fs'
import { join } from 'node:path'
import { needs, scratch } from '@bootwright/test-support'
import test from 'ava'
import { blobOf, outputOf, prepareFactory } from '../support/factory.ts'
import { onMachine } from '../support/machines.ts'

const boots = needs(
  test,
  'qemu-system-x86_64',
  'apt-get',
  'wimlib-imagex',
  'mkntfs',
  'mcopy',
  'mkfs.fat',
  'sgdisk',
  'ntfscp',
)

const folder = scratch()
const factory = join(folder, 'out/factory.wim')
const image = randomBytes(3 << 20)
const run = (command: string, ...args: string[]): string =>
  execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })

test.before(() => prepareFactory(folder, image))

/** What the README says a factory does: the WIM onto a volume with NTFS, and what starts onto the EFI system partition. */
async function applied(name: string, change: (ntfs: string) => void = () => {}): Promise<string> {
  const [disk, esp, ntfs] = [`${name}.img`, `${name}.esp`, `${name}.ntfs`].map(each => join(folder, each)) as [
    string,
    string,
    string,
  ]
  const MiB = 1 << 20
  for (const [path, size] of [
    [disk, 514],
    [esp, 256],
    [ntfs, 256],
  ] as const) {
    await fs.writeFile(path, '')
    await fs.truncate(path, size * MiB)
  }
  run('mkntfs', '-Q', '-F', ntfs)
  run('wimlib-imagex', 'apply', factory, '1', ntfs)
  change(ntfs)
  const starts = join(folder, `${name}-esp`)
  run('wimlib-imagex', 'extract', factory, '1', '/EFI', '/boot', '/.disk', `--dest-dir=${starts}`)
  run('mkfs.fat', '-F', '32', esp)
  for (const each of ['EFI', 'boot', '.disk']) run('mcopy', '-s', '-i', esp, join(starts, each), '::')
  run('sgdisk', '-n', '1:2048:+256M', '-t', '1:ef00', '-n', '2:0:+256M', '-t', '2:0700', disk)
  for (const [path, seek] of [
    [esp, 1],
    [ntfs, 257],
  ] as const)
    run('dd', `if=${path}`, `of=${disk}`, 'bs=1M', `seek=${seek}`, 'conv=notrunc')
  return disk
}

boots('an applied WIM starts from the disk, and every content in it is valid', t =>
  onMachine(t, async () => {
    const output = await outputOf(await applied('whole'), 'secure-boot')
    t.regex(output, /Secure Boot is on/)
    t.regex(output, /Type {2}prestaged/)
    t.regex(output, /bootwright: content operatingSystemImage\/debian valid/)
    t.regex(output, /bootwright: content package\/tools valid/)
    t.regex(output, /_SMSTSMediaType=OEMMedia/)
  }),
)

boots('what was changed on the disk, or is gone from it, is told', t =>
  onMachine(t, async () => {
    const other = join(folder, 'other.img')
    await fs.writeFile(other, randomBytes(image.length))
    const disk = await applied('changed', ntfs => run('ntfscp', '-f', ntfs, other, blobOf(image)))
    t.regex(await outputOf(disk), /bootwright: content operatingSystemImage\/debian stale/)
  }),
)

boots('the disk for duplicators starts under BIOS and finds its contents on the other partition', t =>
  onMachine(t, async () => {
    const output = await outputOf(join(folder, 'out/factory.qcow2'), 'bios')
    t.regex(output, /bootwright: content operatingSystemImage\/debian valid/)
    t.regex(output, /bootwright: content package\/tools valid/)
  }),
)
