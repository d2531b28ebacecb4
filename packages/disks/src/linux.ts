import { readdir, readFile, realpath } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { Disk, Partition, Use } from './disk.ts'
import { plain } from './plain.ts'

/** Where the kernel and udev tell of devices; other folders in tests. */
export interface LinuxRoots {
  readonly sys: string
  readonly proc: string
  /** `/run/udev/data`. */
  readonly udev: string
}
const ROOTS: LinuxRoots = { sys: '/sys', proc: '/proc', udev: '/run/udev/data' }

/** A `size` in /sys/class/block counts these (Linux, Documentation/ABI/stable/sysfs-block). */
const SECTOR = 512
/** In memory, or made of other devices. */
const VIRTUAL = /^(ram|zram|dm-|md|nbd|zd|fd|sr)\d/
/** Whoever has these mounted runs from there. */
const SYSTEM_FOLDERS = new Set(['/', '/boot', '/boot/efi', '/efi', '/usr', '/var'])
/** libblkid's names of what belongs to a group of disks. */
const MEMBERS = new Set([
  'LVM2_member',
  'linux_raid_member',
  'crypto_LUKS',
  'zfs_member',
  'bcache',
  'drbd',
  'isw_raid_member',
])

interface Mount {
  /** `8:17`. */
  readonly number: string
  readonly at: string
  readonly source: string
}

/** The disks of this computer, by sysfs and procfs: no program is run. Mounts are those that this process can see. */
export async function linuxDisks(roots: Partial<LinuxRoots> = {}): Promise<readonly Disk[]> {
  const { sys, proc, udev } = { ...ROOTS, ...roots }
  const system = { sys, udev, mounts: await mountsOf(proc), swaps: await swapsOf(proc) }
  const names = await readdir(join(sys, 'block')).catch(() => [])
  const disks = await Promise.all(names.filter(name => !VIRTUAL.test(name)).map(name => diskOf(name, system)))
  return disks.filter(disk => disk !== undefined).sort((a, b) => (a.path < b.path ? -1 : 1))
}

interface System {
  readonly sys: string
  readonly udev: string
  readonly mounts: readonly Mount[] | undefined
  readonly swaps: readonly string[] | undefined
}

async function diskOf(name: string, system: System): Promise<Disk | undefined> {
  const folder = join(system.sys, 'block', name)
  const value = (file: string): Promise<string> => textOf(join(folder, file))
  const number = await value('dev')
  const size = Number(await value('size')) * SECTOR
  const backing = await value('loop/backing_file')
  // A loop device without a file is none yet.
  if (number === '' || (name.startsWith('loop') && backing === '')) return undefined
  const facts = await udevFacts(system.udev, number)
  const partitions = await partitionsOf(folder, name, system)
  const uses = await Promise.all([
    usesOf(name, folder, number, facts.get('ID_FS_TYPE') ?? '', system),
    ...partitions.map(({ partition, path, number: own }) =>
      usesOf(basename(partition.path), path, own, partition.content, system),
    ),
  ])
  const real = await realpath(folder).catch(() => folder)
  const model =
    backing ||
    facts.get('ID_MODEL')?.replaceAll('_', ' ') ||
    (await value('device/model')) ||
    (await value('device/name'))
  const serial =
    facts.get('ID_SERIAL_SHORT') || (await value('serial')) || (await value('device/serial')) || (await usbSerial(real))
  return {
    path: devicePath(name),
    model: plain(model),
    serial: plain(serial),
    size,
    transport: transportOf(name, real),
    isRemovable: (await value('removable')) === '1',
    isReadOnly: (await value('ro')) === '1',
    partitions: partitions.map(({ partition }) => partition),
    uses: uses.flat(),
    identity: [number, await value('diskseq'), size, model, serial].join(' '),
    unknown: [...(system.mounts ? [] : ['what is mounted']), ...(system.swaps ? [] : ['what is swap space'])],
  }
}

async function partitionsOf(
  folder: string,
  name: string,
  { udev }: System,
): Promise<readonly { readonly partition: Partition; readonly path: string; readonly number: string }[]> {
  const names = (await readdir(folder).catch(() => [])).filter(each => each.startsWith(name))
  const all = names.map(async each => {
    const path = join(folder, each)
    const number = await textOf(join(path, 'dev'))
    const partition: Partition = {
      path: devicePath(each),
      offset: Number(await textOf(join(path, 'start'))) * SECTOR,
      size: Number(await textOf(join(path, 'size'))) * SECTOR,
      content: plain((await udevFacts(udev, number)).get('ID_FS_TYPE') ?? ''),
    }
    return { partition, path, number }
  })
  return (await Promise.all(all))
    .filter(({ number }) => number !== '')
    .sort((a, b) => a.partition.offset - b.partition.offset)
}

/** What is made of the device counts as much as the device: a volume group on a stick may hold the root. */
async function usesOf(name: string, folder: string, number: string, content: string, system: System): Promise<Use[]> {
  const device = devicePath(name)
  const uses: Use[] = []
  for (const { number: mounted, at, source } of system.mounts ?? [])
    if (mounted === number || (mounted.startsWith('0:') && source === device)) {
      uses.push({ kind: 'mount', device, at: plain(at), release: `umount ${plain(at)}` })
      if (SYSTEM_FOLDERS.has(at)) uses.push({ kind: 'system', at })
    }
  if (system.swaps?.includes(device)) uses.push({ kind: 'swap', device, release: `swapoff ${device}` })
  const holders = await readdir(join(folder, 'holders')).catch(() => [])
  for (const by of holders) {
    const holder = join(system.sys, 'block', by)
    uses.push({ kind: 'holder', device, by, what: holderKind(by, await textOf(join(holder, 'dm/uuid'))) })
    const above = await usesOf(by, holder, await textOf(join(holder, 'dev')), '', system)
    uses.push(...above.filter(({ kind }) => kind === 'system'))
  }
  if (holders.length === 0 && MEMBERS.has(content)) uses.push({ kind: 'member', device, of: content })
  return uses
}

function holderKind(name: string, uuid: string): 'LVM' | 'RAID' | 'encryption' | 'another device' {
  if (name.startsWith('md')) return 'RAID'
  if (uuid.startsWith('LVM-')) return 'LVM'
  return uuid.startsWith('CRYPT-') ? 'encryption' : 'another device'
}

/** proc_pid_mountinfo(5): the third field is the device, the fifth the folder, and the source follows the hyphen. */
async function mountsOf(proc: string): Promise<readonly Mount[] | undefined> {
  const text = await readFile(join(proc, 'self/mountinfo'), 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  const mounts = text.split('\n').flatMap(line => {
    const [own = '', others = ''] = line.split(' - ')
    const [, , number, , at] = own.split(' ')
    return number && at ? [{ number, at: unescaped(at), source: unescaped(others.split(' ')[1] ?? '') }] : []
  })
  // btrfs has device numbers of its own: its source is a path, often a link.
  return await Promise.all(
    mounts.map(async mount =>
      mount.number.startsWith('0:') && mount.source.startsWith('/')
        ? { ...mount, source: await realpath(mount.source).catch(() => mount.source) }
        : mount,
    ),
  )
}

async function swapsOf(proc: string): Promise<readonly string[] | undefined> {
  const text = await readFile(join(proc, 'swaps'), 'utf8').catch(() => undefined)
  const paths = text
    ?.split('\n')
    .slice(1)
    .flatMap(line => line.split(/\s/)[0] || [])
  return paths && (await Promise.all(paths.map(path => realpath(unescaped(path)).catch(() => unescaped(path)))))
}

/** A space, tab, line end and backslash in /proc are three octal digits. */
const unescaped = (text: string): string =>
  text.replaceAll(/\\([0-7]{3})/g, (_, digits) => String.fromCharCode(Number.parseInt(digits, 8)))

async function udevFacts(udev: string, number: string): Promise<ReadonlyMap<string, string>> {
  const text = await readFile(join(udev, `b${number}`), 'utf8').catch(() => '')
  return new Map(
    text.split('\n').flatMap(line => {
      const [, name, value] = /^E:([^=]+)=(.*)$/.exec(line) ?? []
      return name === undefined ? [] : [[name, value!] as const]
    }),
  )
}

/** A stick's own serial number is in the folder of its USB device, a few above. */
async function usbSerial(real: string): Promise<string> {
  if (!/\/usb\d/.test(real)) return ''
  for (let folder = dirname(real); /\/usb\d/.test(folder); folder = dirname(folder)) {
    const serial = await textOf(join(folder, 'serial'))
    if (serial !== '') return serial
  }
  return ''
}

const TRANSPORTS: readonly (readonly [pattern: RegExp, transport: string])[] = [
  [/\/usb\d/, 'usb'],
  [/\/nvme/, 'nvme'],
  [/\/mmc/, 'mmc'],
  [/\/virtio/, 'virtio'],
  [/\/ata\d/, 'sata'],
]
function transportOf(name: string, real: string): string {
  if (name.startsWith('loop')) return 'loop'
  return TRANSPORTS.find(([pattern]) => pattern.test(real))?.[1] ?? ''
}

const textOf = async (path: string): Promise<string> => (await readFile(path, 'utf8').catch(() => '')).trim()
/** In sysfs a slash in a device's name is an exclamation mark. */
const devicePath = (name: string): string => `/dev/${name.replaceAll('!', '/')}`
