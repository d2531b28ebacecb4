import { type FileHandle, open, stat, statfs } from 'node:fs/promises'
import { AgentError } from '../errors.ts'
import { mountedFiles } from '../mounted-files.ts'
import type { Programs } from '../programs.ts'
import type { BlockDevice, Storage } from '../storage.ts'
import { parseVolumes, type WindowsVolume } from './volumes.ts'

export interface WindowsStorageOptions {
  readonly programs: Programs
  /** Size of a volume in bytes, and a value that changes with the inserted disc. */
  readonly describe?: (root: string) => Promise<{ readonly size: number; readonly generation: string }>
}

/** Windows mounts known file systems itself, so all volumes are available. */
export const windowsStorage = ({ programs, describe = describeVolume }: WindowsStorageOptions): Storage => ({
  async devices() {
    const { exitCode, output } = await programs.run('mountvol', [])
    if (exitCode !== 0)
      throw new AgentError('MOUNT_FAILED', output.trim() || `mountvol ended with exit code ${exitCode}`)
    const found = await Promise.all(
      parseVolumes(output).map(async (volume): Promise<BlockDevice[]> => {
        const path = rootOf(volume)
        // A drive without a disc also has a volume.
        const facts = await describe(path).catch(() => undefined)
        return facts ? [{ path, ...facts, disk: path }] : []
      }),
    )
    return found.flat()
  },
  async head({ path }, length) {
    const file = await open(rawName(path))
    try {
      return await readHead(file, length)
    } finally {
      await file.close()
    }
  },
  mount: async ({ path }) => ({ ...mountedFiles(path), unmount: async () => {} }),
})

/** A drive letter, if there is one: every program understands it. */
const rootOf = ({ name, mountPoints }: WindowsVolume): string => mountPoints[0] ?? name

/** Device name: `\\.\D:` for `D:\`; a volume name without its last backslash. */
const rawName = (root: string): string =>
  /^[A-Z]:/i.test(root) ? `\\\\.\\${root.slice(0, 2)}` : root.replace(/\\$/, '')

async function describeVolume(root: string): Promise<{ readonly size: number; readonly generation: string }> {
  const { blocks, bsize } = await statfs(root)
  // The serial number of the file system.
  const { dev } = await stat(root)
  return { size: blocks * bsize, generation: String(dev) }
}

async function readHead(file: FileHandle, length: number): Promise<Uint8Array> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, 0)
  return buffer.subarray(0, bytesRead)
}
