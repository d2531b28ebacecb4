import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { AgentProvider, Library } from '@bootwright/api'
import { type Bytes, fromFile } from '@bootwright/bytes'
import { downloadRuntime } from './download-runtime.ts'
import { AgentBundleError } from './errors.ts'
import { stripElf } from './strip-elf.ts'

type Request = Parameters<AgentProvider['runtime']>[0]
type Runtime = Awaited<ReturnType<AgentProvider['runtime']>>

/**
 * The Node runtime from its npm package; for Linux, without symbols. The runtime for Windows is downloaded when it is not installed, because
 * npm does not install packages for other systems. Throws {@link AgentBundleError} `RUNTIME_MISSING`.
 */
export async function findRuntime({ platform, architecture }: Request, library: Library): Promise<Runtime> {
  const name = `node-${platform}-${architecture}`
  const installed = resolvePackage(name)
  if (!installed && platform === 'win') return await downloadRuntime(name, library)
  if (!installed)
    throw new AgentBundleError(
      'RUNTIME_MISSING',
      `the Node runtime for the computer is missing: the npm package ${name} is not installed; install it beside @bootwright/agent-bundle: npm install --force ${name}`,
    )
  const { version } = JSON.parse(await readFile(installed, 'utf8')) as { version: string }
  const program = await fromFile(join(dirname(installed), 'bin', platform === 'win' ? 'node.exe' : 'node'))
  const executable: Bytes = platform === 'linux' ? await stripElf(program) : program
  return { version, executable }
}

function resolvePackage(name: string): string | undefined {
  try {
    return fileURLToPath(import.meta.resolve(`${name}/package.json`))
  } catch {
    return undefined
  }
}
