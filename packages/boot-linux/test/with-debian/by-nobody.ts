import { spawnSync } from 'node:child_process'
import { chmodSync, chownSync, copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { scratch, whereIs } from '@bootwright/test-support'

const NOBODY = 65534
const PROGRAM = 'setpriv'
const RIGHTS = [`--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups']

/** The command that runs a module by Node without the rights of root, with a folder of its own to write in. */
export interface Command {
  readonly file: string
  readonly args: readonly string[]
  readonly folder: string
  /** False when this process has the rights of root and cannot do without. */
  readonly isUnprivileged: boolean
}

export function byNobody(module: string): Command {
  const folder = scratch()
  if (process.getuid?.() !== 0) return { file: process.execPath, args: [module], folder, isUnprivileged: true }
  const asNobody = (...command: readonly string[]): boolean =>
    spawnSync(PROGRAM, [...RIGHTS, ...command], { stdio: 'ignore' }).status === 0
  // A checkout below a closed folder is nothing that nobody can read.
  if (!whereIs(PROGRAM) || !asNobody('test', '-r', module))
    return { file: process.execPath, args: [module], folder, isUnprivileged: false }
  chownSync(folder, NOBODY, NOBODY)
  const node = join(folder, 'node')
  copyFileSync(process.execPath, node)
  chmodSync(node, 0o755)
  return { file: PROGRAM, args: [...RIGHTS, node, module], folder, isUnprivileged: true }
}
