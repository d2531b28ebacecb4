import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type Tree, writeFile } from '@bootwright/bytes'
import type { ExecutionContext } from 'ava'
import { planIso } from '../src/index.ts'
import type { IsoOptions } from '../src/options.ts'
import { OPTIONS } from './volume.ts'

const execute = promisify(execFile)

/** What a tool prints, both streams together. Fails when the tool does. */
export async function run(tool: string, ...parameters: readonly string[]): Promise<string> {
  const { stdout, stderr } = await execute(tool, parameters, {
    maxBuffer: 1 << 28,
    env: { ...process.env, LC_ALL: 'C.UTF-8' },
  }).catch(error => {
    throw new Error(`${tool} ${parameters.join(' ')}: ${error.message}\n${error.stdout}`)
  })
  return stdout + stderr
}

/** What xorriso prints. A word of complaint fails the test. */
export async function xorriso(t: ExecutionContext, ...parameters: readonly string[]): Promise<string> {
  const output = await run('xorriso', ...parameters)
  t.notRegex(output, /\b(WARNING|SORRY|MISHAP|FAILURE|FATAL|ABORT)\b/)
  return output
}

export const linesOf = (text: string): string[] => text.split('\n').filter(Boolean)

/** A folder that is removed after the test. */
export async function scratch(t: ExecutionContext): Promise<(name: string) => string> {
  const folder = await mkdtemp(join(tmpdir(), 'format-iso-'))
  t.teardown(async () => {
    await run('chmod', '-R', 'u+rwX', folder)
    await rm(folder, { recursive: true, force: true })
  })
  return name => join(folder, name)
}

/** Where the image of a tree is, in a folder of its own that is removed after the test. */
export async function written(t: ExecutionContext, tree: Tree, options: Partial<IsoOptions> = {}): Promise<string> {
  const path = (await scratch(t))('image.iso')
  await writeFile(path, planIso(tree, { ...OPTIONS, ...options }).bytes)
  return path
}
