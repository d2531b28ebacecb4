import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

/** Runs a program of the system and gives back what it prints; recorded answers in tests. */
export type RunProgram = (file: string, args: readonly string[]) => Promise<string>

/** Lists of hundreds of disks are far below. Bytes. */
const MOST_OUTPUT = 16 << 20

export const runProgram: RunProgram = async (file, args) =>
  (await promisify(execFile)(file, [...args], { maxBuffer: MOST_OUTPUT, windowsHide: true })).stdout
