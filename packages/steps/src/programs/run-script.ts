import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { StepProgram } from '@bootwright/api'
import type { RunScriptOptions } from '../definitions/run-script.ts'
import { keepOutput, workingFolder } from './package-folder.ts'

const LANGUAGES = {
  sh: { suffix: 'sh', start: (file: string): readonly string[] => ['sh', file] },
  powershell: {
    suffix: 'ps1',
    start: (file: string): readonly string[] => [
      process.platform === 'win32' ? 'powershell.exe' : 'pwsh',
      '-NoProfile',
      '-NonInteractive',
      '-ExecutionPolicy',
      'Bypass',
      '-File',
      file,
    ],
  },
} as const

const program: StepProgram<RunScriptOptions> = {
  async run(options, context) {
    const { suffix, start } = LANGUAGES[options.language]
    const folder = await workingFolder(options, context)
    const file = options.script === undefined ? options.file! : join(await context.folder(), `script.${suffix}`)
    if (options.script !== undefined) await writeFile(file, options.script, { mode: 0o700 })
    const [command, ...args] = [...start(file), ...options.parameters] as [string, ...string[]]
    const { exitCode, output } = await context.run(command, args, {
      folder,
      environment: Object.fromEntries(context.variables.list().map(({ name, value }) => [name, value])),
      onOutput: text => context.log.output(text),
    })
    keepOutput(options.outputVariable, output, context)
    return exitCode
  },
}
export default program
