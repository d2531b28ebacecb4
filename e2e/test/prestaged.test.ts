import { execFileSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { promises as fs } from 'node:fs'
import { join } from 'node:path'
import { digest, fromFile } from '@bootwright/bytes'
import { startMachine } from '@bootwright/machine'
import test from 'ava'
import { needs, scratch } from '../../scripts/test-tools.ts'
import { bootwright, root } from './example.ts'

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
const blobOf = (data: Uint8Array): string => `content/blobs/sha256/${createHash('sha256').update(data).digest('hex')}`

async function build(...options: string[]): Promise<void> {
  const { code, stderr } = await bootwright(['build', ...options], { cwd: folder })
  if (code !== 0) throw new Error(stderr)
}

test.before(async () => {
  await fs.symlink(join(root, 'e2e/node_modules'), join(folder, 'node_modules'))
  await fs.mkdir(join(folder, 'tools'))
  await fs.writeFile(join(folder, 'install.img'), image)
  await fs.writeFile(join(folder, 'tools/tool.txt'), 'a tool')
  const definition = {
    plugins: ['plugin-prestaged', 'boot-linux', 'target-wim', 'target-usb'].map(name => `@bootwright/${name}`),
    media: {
      factory: {
        type: 'prestaged',
        management: 'dynamic',
        label: 'Factory',
        managementPoints: [{ url: 'http://mp.example', allowHttp: true }],
        unattended: true,
        bootImage: { linux: { distribution: 'debian' } },
        operatingSystemImage: { source: './install.img', name: 'debian' },
        packages: { tools: './tools' },
        comment: 'For a test',
        targets: [{ wim: { file: 'out/factory.wim' } }, { disk: { file: 'out/factory.qcow2', format: 'qcow2' } }],
      },
    },
  }
  await fs.writeFile(join(folder, 'bootwright.config.json'), JSON.stringify(definition))
  await build()
})

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

async function outputOf(disk: string, firmware: 'uefi' | 'secure-boot' | 'bios' = 'uefi'): Promise<string> {
  const signal = AbortSignal.timeout(6 * 60_000)
  await using machine = await startMachine({ image: disk, carrier: 'disk', firmware, signal })
  await machine.waitFor(/bootwright: done/, { signal })
  return machine.output
}

boots.serial('an applied WIM starts from the disk, and every content in it is valid', async t => {
  const output = await outputOf(await applied('whole'), 'secure-boot')
  t.regex(output, /Secure Boot is on/)
  t.regex(output, /Type {2}prestaged/)
  t.regex(output, /bootwright: content operatingSystemImage\/debian valid/)
  t.regex(output, /bootwright: content package\/tools valid/)
  t.regex(output, /_SMSTSMediaType=OEMMedia/)
})

boots.serial('what was changed on the disk, or is gone from it, is told', async t => {
  const other = join(folder, 'other.img')
  await fs.writeFile(other, randomBytes(image.length))
  const disk = await applied('changed', ntfs => run('ntfscp', '-f', ntfs, other, blobOf(image)))
  t.regex(await outputOf(disk), /bootwright: content operatingSystemImage\/debian stale/)
})

boots.serial(
  'the disk for duplicators starts under UEFI and BIOS and finds its contents on the other partition',
  async t => {
    for (const firmware of ['uefi', 'bios'] as const) {
      const output = await outputOf(join(folder, 'out/factory.qcow2'), firmware)
      t.regex(output, /bootwright: content operatingSystemImage\/debian valid/, firmware)
      t.regex(output, /bootwright: content package\/tools valid/, firmware)
    }
  },
)

boots.serial('prestaged media are the same when they are built again', async t => {
  const digests = () =>
    Promise.all(['wim', 'qcow2'].map(async name => digest(await fromFile(join(folder, `out/factory.${name}`)))))
  const before = await digests()
  await build('--force')
  t.deepEqual(await digests(), before)
})
