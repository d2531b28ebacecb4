import { createReadStream, createWriteStream } from 'node:fs'
import { readdir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { decrypted, PRESTART_FOLDER } from '@bootwright/medium-format'
import { mergeEnvironmentFile } from '../environment/file.ts'
import type { Variables } from '../environment/variables.ts'
import type { Computer } from '../ui/computer.ts'
import { runInteractive } from '../ui/run-interactive.ts'
import type { MediumFiles } from './files.ts'

/** Lines of output that are repeated after a failure, and the characters stored for them. */
const LAST_LINES = 12
const OUTPUT_LIMIT = 8192

export interface Prestart {
  readonly command: string
  /** Key of encrypted files. */
  readonly contentKey?: Uint8Array | undefined
}

/**
 * Runs the prestart command in a writable copy of its folder, with the variables in its environment. Returns whether it succeeded; only then
 * are the variables of its environment file set.
 */
export async function runPrestart(
  computer: Computer,
  files: MediumFiles,
  { command, contentKey }: Prestart,
  variables: Variables,
): Promise<boolean> {
  const { paths, report } = computer
  report.print('info', 'prestartStarted', { command })
  await files.copyFolder(PRESTART_FOLDER, paths.prestart)
  if (contentKey) await decryptFiles(paths.prestart, contentKey)
  await writeFile(paths.environmentFile, '', { mode: 0o600 })
  let output = ''
  const exitCode = await runInteractive(computer, {
    command,
    folder: paths.prestart,
    environment: prestartEnvironment(computer, variables),
    onPrinted(text) {
      output = (output + text).slice(-OUTPUT_LIMIT)
    },
  })
  report.log('info', 'the prestart command ended', { exitCode, output: output.replaceAll('\r\n', '\n') })
  if (exitCode !== 0) {
    report.print('error', 'prestartFailed', { exitCode, output: lastLines(output) })
    return false
  }
  for (const refused of mergeEnvironmentFile(await readEnvironmentFile(paths.environmentFile), variables))
    report.print('warn', 'environmentLineRefused', refused)
  report.print('info', 'prestartSucceeded')
  return true
}

async function decryptFiles(folder: string, key: Uint8Array): Promise<void> {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    const { mode } = await stat(path)
    const plain = `${path}.plain`
    await pipeline(decrypted(createReadStream(path), key), createWriteStream(plain, { mode }))
    await rename(plain, path)
  }
}

/** The text of the environment file; empty when the script has removed it. */
const readEnvironmentFile = (path: string): Promise<string> =>
  readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return ''
    throw error
  })

/** The variables under their names, and settings of the agent, which take precedence. */
const prestartEnvironment = (computer: Computer, variables: Variables): Record<string, string> => ({
  ...Object.fromEntries(variables.list().map(({ name, value }) => [name, value])),
  ...computer.environment,
  BOOTWRIGHT_ENV_FILE: computer.paths.environmentFile,
})

const lastLines = (output: string): string =>
  output
    .split(/[\r\n]+/)
    .filter(line => line.trim() !== '')
    .slice(-LAST_LINES)
    .map(line => `  ${line}`)
    .join('\n')
