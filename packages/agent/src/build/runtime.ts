import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { AgentProvider } from '@bootwright/api'
import { fromFile } from '@bootwright/bytes'
import { AgentError } from '../errors.ts'
import { stripElf } from './strip-elf.ts'

/**
 * The Node runtime out of the npm package of its name, without symbols. Throws {@link AgentError} `RUNTIME_MISSING` when the package is not
 * installed.
 */
export const findRuntime: AgentProvider['runtime'] = async ({ platform, architecture }) => {
  const name = `node-${platform}-${architecture}`
  const description = resolvePackage(name)
  const { version } = JSON.parse(await readFile(description, 'utf8')) as { version: string }
  const executable = await fromFile(join(dirname(description), 'bin', platform === 'win' ? 'node.exe' : 'node'))
  return { version, executable: platform === 'linux' ? await stripElf(executable) : executable }
}

function resolvePackage(name: string): string {
  try {
    return fileURLToPath(import.meta.resolve(`${name}/package.json`))
  } catch (cause) {
    throw new AgentError(
      'RUNTIME_MISSING',
      `the Node runtime for the target computer is in the npm package ${name}, which is not installed; install it beside @bootwright/agent: npm install --force ${name}`,
      { cause },
    )
  }
}
