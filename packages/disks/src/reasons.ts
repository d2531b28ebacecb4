import type { Disk } from './disk.ts'

export type ReasonCode =
  | 'SYSTEM_DISK'
  | 'MOUNTED'
  | 'SWAP'
  | 'HELD'
  | 'MEMBER'
  | 'READ_ONLY'
  | 'TOO_LARGE'
  | 'EMPTY'
  | 'UNKNOWN'
export interface Reason {
  readonly code: ReasonCode
  /** What was found, and what to do. */
  readonly message: string
}

/** Sticks are smaller; what is larger is somebody's data. Bytes. */
const LARGEST = 2e12

/** Why a disk must not be written to; none when nothing speaks against it. */
export function reasonsAgainst(disk: Disk): readonly Reason[] {
  const reasons: Reason[] = []
  const add = (code: ReasonCode, message: string): void => void reasons.push({ code, message })
  const { path, size, isReadOnly, uses, unknown } = disk
  const system = new Set(uses.flatMap(use => (use.kind === 'system' ? [use.at] : [])))
  for (const use of uses) {
    if (use.kind === 'system') add('SYSTEM_DISK', `this computer runs from ${path}: ${use.at} is on it`)
    // Nobody should try to unmount what the system is on.
    if (use.kind === 'mount' && !system.has(use.at))
      add('MOUNTED', `${use.device} is mounted at ${use.at}; unmount it: ${use.release}`)
    if (use.kind === 'swap') add('SWAP', `${use.device} is swap space; switch it off: ${use.release}`)
    if (use.kind === 'holder') add('HELD', `${use.device} is in use by ${use.by} (${use.what}); remove it first`)
    if (use.kind === 'member')
      add(
        'MEMBER',
        `${use.device} belongs to a group of disks (${use.of}); wipe it first if it is not needed: wipefs -a ${use.device}`,
      )
  }
  if (isReadOnly) add('READ_ONLY', `${path} is read-only; check the write-protect switch of the drive or card`)
  if (size === 0) add('EMPTY', `${path} has no medium in it`)
  if (size > LARGEST) add('TOO_LARGE', `${path} has ${(size / 1e12).toFixed(1)} TB, more than 2 TB; use a smaller one`)
  for (const what of unknown) add('UNKNOWN', `${path}: ${what} cannot be determined, so it may be in use`)
  return reasons
}
