import { createHash } from 'node:crypto'
import { promises as fs } from 'node:fs'
import { basename, join } from 'node:path'
import { hold } from './hold.ts'

const { BOOTWRIGHT_TEST_CACHE: cache = '', BOOTWRIGHT_TEST_RUN: run = '' } = process.env

/**
 * The folder that `make` has filled for these inputs, which say all that it depends on. It is made once, while others wait, and is there
 * whole or not at all: until the next change of its inputs, or for this run of the tests.
 */
export async function prepared(
  name: string,
  inputs: unknown,
  make: (folder: string) => Promise<void>,
  { keptFor = 'ever' }: { readonly keptFor?: 'ever' | 'run' } = {},
): Promise<string> {
  const key = `${name}-${createHash('sha256').update(JSON.stringify(inputs)).digest('hex').slice(0, 16)}`
  const folder = join(keptFor === 'ever' ? cache : run, key)
  using _held = await hold([key])
  if (await fs.stat(folder).catch(() => undefined)) return folder
  // What ends so goes with the run, when the run ends before this does.
  const incomplete = `${folder}.${basename(run)}`
  await fs.mkdir(incomplete, { recursive: true })
  await make(incomplete)
  await fs.rename(incomplete, folder)
  return folder
}
