import { access } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ComputerDisk, StepContext } from '@bootwright/api'
import type {
  FormatAndPartitionDiskOptions,
  FormattedAs,
  PartitionOptions,
  PartitionType,
} from '../../definitions/format-and-partition-disk.ts'
import { partitionPath } from '../disk.ts'
import { runOrThrow } from '../run-program.ts'

/** UEFI 2.10 5.3.3, systemd's Discoverable Partitions Specification, Microsoft's PARTITION_INFORMATION_GPT. */
const GPT_TYPES: Readonly<Record<PartitionType, string>> = {
  primary: '0FC63DAF-8483-4772-8E79-3D69D8477DE4',
  efi: 'C12A7328-F81F-11D2-BA4B-00A0C93EC93B',
  biosBoot: '21686148-6449-6E6F-744E-656564454649',
  reserved: 'E3C9E316-0B5C-4DB8-817D-F92DF00215AE',
  recovery: 'DE94BBA4-06D1-4D40-A16A-BFD50179D6AC',
  swap: '0657FD6D-A4AB-43C4-84E5-0933C84B4F4F',
  extended: '',
  logical: '',
  hidden: '0FC63DAF-8483-4772-8E79-3D69D8477DE4',
}
const WINDOWS_DATA = 'EBD0A0A2-B9E5-4433-87C0-68B6B72699C7'
const MBR_TYPES: Readonly<Record<PartitionType, string>> = {
  primary: '83',
  efi: 'ef',
  biosBoot: '',
  reserved: '',
  recovery: '27',
  swap: '82',
  extended: 'f',
  logical: '83',
  hidden: '17',
}

/** The command that makes each file system, its device last. */
const MAKE: Readonly<Record<FormattedAs, (label: string | undefined) => readonly [string, ...string[]]>> = {
  fat32: label => ['mkfs.fat', '-F', '32', ...(label === undefined ? [] : ['-n', label.slice(0, 11).toUpperCase()])],
  exfat: label => ['mkfs.exfat', ...(label === undefined ? [] : ['-L', label.slice(0, 15)])],
  ntfs: label => ['mkntfs', '-Q', '-F', ...(label === undefined ? [] : ['-L', label])],
  ext4: label => ['mke2fs', '-q', '-F', '-t', 'ext4', ...(label === undefined ? [] : ['-L', label.slice(0, 16)])],
  swap: label => ['mkswap', ...(label === undefined ? [] : ['-L', label.slice(0, 15)])],
}

/** Makes the partitions and their file systems. Returns their names: `PARTUUID=…`, which stay when disks are found in another order. */
export async function partitionLinux(
  context: StepContext,
  { path }: ComputerDisk,
  { style, partitions }: FormatAndPartitionDiskOptions,
): Promise<readonly string[]> {
  const script = [`label: ${style === 'gpt' ? 'gpt' : 'dos'}`, ...partitions.map(each => line(style, each)), '']
  await runOrThrow(context, 'sfdisk', ['--wipe', 'always', '--wipe-partitions', 'always', path], {
    input: script.join('\n'),
  })
  const volumes: string[] = []
  for (const [index, { fileSystem, label }] of partitions.entries()) {
    const device = partitionPath(path, index + 1)
    await appeared(device)
    if (fileSystem !== undefined) {
      const [command, ...args] = MAKE[fileSystem](label)
      context.log.info(`${device}: ${fileSystem}`)
      await runOrThrow(context, command, [...args, device])
    }
    volumes.push(
      `PARTUUID=${(await runOrThrow(context, 'blkid', ['-p', '-s', 'PART_ENTRY_UUID', '-o', 'value', device])).trim()}`,
    )
  }
  return volumes
}

function line(style: 'gpt' | 'mbr', { type, fileSystem, size, name, bootable }: PartitionOptions): string {
  const isWindows = fileSystem === 'ntfs' || fileSystem === 'exfat' || fileSystem === 'fat32'
  const code =
    style === 'mbr'
      ? isWindows && type === 'primary'
        ? '7'
        : MBR_TYPES[type]
      : isWindows && type === 'primary'
        ? WINDOWS_DATA
        : GPT_TYPES[type]
  return [
    ...(typeof size === 'number' ? [`size=${Math.floor(size / 2 ** 20)}MiB`] : []),
    `type=${code}`,
    ...(style === 'gpt' && name !== undefined ? [`name="${name}"`] : []),
    ...(style === 'mbr' && bootable ? ['bootable'] : []),
  ].join(', ')
}

const PATIENCE_SECONDS = 15
/** The kernel shows a new partition a moment later. */
async function appeared(device: string): Promise<void> {
  for (let waited = 0; waited < PATIENCE_SECONDS * 10; waited += 1) {
    const isThere = await access(device).then(
      () => true,
      () => false,
    )
    if (isThere) return
    await sleep(100)
  }
  throw new Error(`the partition ${device} was made and does not appear; is the disk in use?`)
}
