import { join } from 'node:path'

/** Paths of the agent on the computer. In a boot image all of them are in memory. */
export interface Paths {
  readonly run: string
  /** The parent of mount points. */
  readonly volumes: string
  /** The writable copy of the prestart files. */
  readonly prestart: string
  /** `NAME=VALUE` lines from the prestart command. */
  readonly environmentFile: string
  /** Unix socket, or pipe of Windows, of `bootwright-env`. */
  readonly environmentSocket: string
  /** Commands for scripts. */
  readonly commands: string
  readonly log: string
  /** Folder of the logs after a task sequence has ended in the installed system. */
  readonly finalLogs: string
}

export const pathsIn = (run: string, log: string, finalLogs: string): Paths => ({
  run,
  volumes: join(run, 'volumes'),
  prestart: join(run, 'prestart'),
  environmentFile: join(run, 'environment.txt'),
  environmentSocket: join(run, 'environment.sock'),
  commands: join(run, 'bin'),
  log,
  finalLogs,
})
