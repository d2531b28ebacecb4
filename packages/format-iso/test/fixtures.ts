import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { ExecutionContext } from 'ava'

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

/** A folder that is removed after the test. */
export async function scratch(t: ExecutionContext): Promise<(name: string) => string> {
  const folder = await mkdtemp(join(tmpdir(), 'format-iso-'))
  t.teardown(async () => {
    await run('chmod', '-R', 'u+rwX', folder)
    await rm(folder, { recursive: true, force: true })
  })
  return name => join(folder, name)
}
