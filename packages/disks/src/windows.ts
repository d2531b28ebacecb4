import type { Disk, Partition, Use } from './disk.ts'
import { plain } from './plain.ts'
import { type RunProgram, runProgram } from './run.ts'

/** Storage module of Windows PowerShell (Windows 8 and later); numbers and texts only, so that every version prints the same JSON. */
const SCRIPT = `$ErrorActionPreference = 'Stop'
[Console]::OutputEncoding = [Text.Encoding]::UTF8
ConvertTo-Json -Depth 4 -Compress @{
  disks = @(Get-Disk | Select-Object Number, FriendlyName, SerialNumber, Size, UniqueId, IsReadOnly, IsBoot, IsSystem, @{ n = 'BusType'; e = { "$($_.BusType)" } })
  partitions = @(Get-Partition | Select-Object DiskNumber, PartitionNumber, Offset, Size, GptType, MbrType, AccessPaths, @{ n = 'Type'; e = { "$($_.Type)" } })
  pageFiles = @(Get-CimInstance Win32_PageFileUsage | ForEach-Object { $_.Name })
}`

interface Answer {
  readonly disks: readonly {
    readonly Number: number
    readonly FriendlyName: string | null
    readonly SerialNumber: string | null
    readonly Size: number
    readonly UniqueId: string | null
    readonly IsReadOnly: boolean
    readonly IsBoot: boolean
    readonly IsSystem: boolean
    readonly BusType: string
  }[]
  readonly partitions: readonly WindowsPartition[]
  readonly pageFiles: readonly string[]
}
interface WindowsPartition {
  readonly DiskNumber: number
  readonly PartitionNumber: number
  readonly Offset: number
  readonly Size: number
  readonly Type: string
  readonly GptType: string | null
  readonly MbrType: number | null
  /** `E:\`, folders, and always the volume's own name, `\\?\Volume{…}\`. */
  readonly AccessPaths: readonly string[] | null
}

const TRANSPORTS: Readonly<Record<string, string>> = {
  USB: 'usb',
  NVMe: 'nvme',
  SATA: 'sata',
  ATA: 'sata',
  SD: 'mmc',
  MMC: 'mmc',
}
/** Partitions of disks that make one volume together (winioctl.h, PARTITION_INFORMATION_GPT; MBR type 42h). */
const MEMBERS: Readonly<Record<string, string>> = {
  '{5808c8aa-7e8f-42e0-85d2-e1e90434cfb3}': 'dynamic disk',
  '{af9b60a0-1431-4f62-bc68-3311714a69ad}': 'dynamic disk',
  '{e75caf8f-f680-4cee-afa3-b001e56efc2d}': 'storage pool',
}
const MBR_DYNAMIC = 0x42

/** The disks of a computer with Windows, asked of its own Storage module. Paths are `\\.\PhysicalDrive1`. */
export async function windowsDisks(run: RunProgram = runProgram): Promise<readonly Disk[]> {
  const args = ['-NoProfile', '-NonInteractive', '-Command', SCRIPT]
  const { disks, partitions, pageFiles }: Answer = JSON.parse(await run('powershell.exe', args))
  return disks
    .map(disk => {
      const path = `\\\\.\\PhysicalDrive${disk.Number}`
      const own = partitions.filter(({ DiskNumber }) => DiskNumber === disk.Number).sort((a, b) => a.Offset - b.Offset)
      const system: Use[] = [
        ...(disk.IsBoot ? [{ kind: 'system' as const, at: 'Windows' }] : []),
        ...(disk.IsSystem && !disk.IsBoot ? [{ kind: 'system' as const, at: 'the boot loader' }] : []),
      ]
      return {
        path,
        model: plain(disk.FriendlyName ?? ''),
        serial: plain(disk.SerialNumber ?? ''),
        size: disk.Size,
        transport: TRANSPORTS[disk.BusType] ?? '',
        isRemovable: ['USB', 'SD', 'MMC'].includes(disk.BusType),
        isReadOnly: disk.IsReadOnly,
        partitions: own.map(partition => described(path, partition)),
        uses: [...system, ...own.flatMap(partition => usesOf(path, partition, pageFiles))],
        identity: [disk.Number, disk.UniqueId, disk.Size, disk.FriendlyName, disk.SerialNumber].join(' '),
        unknown: [],
      }
    })
    .sort((a, b) => (a.path < b.path ? -1 : 1))
}

const described = (disk: string, { PartitionNumber, Offset, Size, Type }: WindowsPartition): Partition => ({
  path: `${disk} partition ${PartitionNumber}`,
  offset: Offset,
  size: Size,
  content: plain(Type),
})

function usesOf(disk: string, partition: WindowsPartition, pageFiles: readonly string[]): Use[] {
  const device = described(disk, partition).path
  const folders = (partition.AccessPaths ?? []).filter(path => !path.startsWith('\\\\?\\'))
  const paged = pageFiles.find(file => folders.some(folder => file.toLowerCase().startsWith(folder.toLowerCase())))
  const member = MEMBERS[partition.GptType?.toLowerCase() ?? '']
  const of = partition.MbrType === MBR_DYNAMIC ? 'dynamic disk' : member
  return [
    ...folders.map(at => ({ kind: 'mount' as const, device, at: plain(at), release: `mountvol ${plain(at)} /P` })),
    ...(paged ? [{ kind: 'swap' as const, device, release: `move the page file ${plain(paged)}` }] : []),
    ...(of ? [{ kind: 'member' as const, device, of }] : []),
  ]
}
