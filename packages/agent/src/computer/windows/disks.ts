import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AgentError } from '../errors.ts'
import type { Programs } from '../programs.ts'

/** A disk in the output of `list disk` of diskpart. */
export interface ListedDisk {
  readonly number: number
  /** Bytes, rounded down by diskpart. */
  readonly size: number
  /** Whether it is the disk of the selected volume. */
  readonly isSelected: boolean
}

const UNITS: Readonly<Record<string, number>> = { '': 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 }
/** The words are in the language of Windows; the columns are not: `* Disk 1    Online          476 GB      0 B        *`. */
const ROW = /^(\*?)\s+\p{L}+ (\d+)\s+\p{L}[\p{L} ]*?\s+(\d+) ([KMGT]?)[\p{L}]/u

export const parseDisks = (output: string): readonly ListedDisk[] =>
  output.split(/\r?\n/).flatMap(line => {
    const [, mark, number, size, unit] = ROW.exec(line) ?? []
    if (number === undefined) return []
    return [{ number: Number(number), size: Number(size) * UNITS[unit ?? '']!, isSelected: mark === '*' }]
  })

/** Lists the disks and marks the disk of `volume` (`D:`). A volume without a disk, such as a disc drive, marks none. */
export async function listDisks(
  programs: Pick<Programs, 'run'>,
  folder: string,
  volume?: string,
): Promise<readonly ListedDisk[]> {
  const script = join(folder, 'list-disks.txt')
  const select = volume === undefined ? [] : [`select volume ${volume.slice(0, 1)} noerr`]
  await writeFile(script, [...select, 'list disk', 'exit', ''].join('\r\n'))
  const { exitCode, output } = await programs.run('diskpart', ['/s', script])
  if (exitCode !== 0)
    throw new AgentError('MOUNT_FAILED', `diskpart ended with exit code ${exitCode}: ${output.trim()}`)
  return parseDisks(output)
}
