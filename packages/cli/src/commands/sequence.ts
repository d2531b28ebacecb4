import { parse, relative, resolve } from 'node:path'
import type { StepLookup } from '@bootwright/task-sequence'
import type { Command } from 'commander'
import type { GlobalOptions } from '../global-options.ts'
import type { Io } from '../io.ts'
import { counted } from '../render/counted.ts'
import { describeStep, stepFacts } from '../render/step.ts'
import { UsageError, unreadable } from '../usage-error.ts'
import { open } from './open.ts'

export function sequenceCommand(program: Command, io: Io): void {
  const sequence = program.command('sequence').description('check and import task sequences, and list available steps')
  sequence
    .command('check <file>')
    .description('validate a task sequence and report all findings')
    .action(async (file: string, _: unknown, command: Command) => {
      await using steps = await stepsOf(command, io)
      const [{ validateSequence }, { DefinitionError, formatFinding }] = await Promise.all([
        import('@bootwright/task-sequence'),
        import('@bootwright/diagnostics'),
      ])
      const path = resolve(io.cwd, file)
      const { sequence, findings } = await validateSequence(path, steps)
      if (!sequence) throw new DefinitionError(findings)
      for (const finding of findings) io.stderr.write(`${formatFinding(finding, io.cwd)}\n`)
      const count = sequence.nodes.filter(({ kind }) => kind === 'step').length
      const { json } = command.optsWithGlobals<GlobalOptions>()
      if (json)
        io.stdout.write(`${JSON.stringify({ type: 'checked', file: path, name: sequence.name, steps: count })}\n`)
      else io.stdout.write(`${relative(io.cwd, path)}: "${sequence.name}", ${counted(count, 'step')}, no findings\n`)
    })
  sequence
    .command('import <file>')
    .description('import a Configuration Manager export or an MDT ts.xml')
    .option('--settings <file>', 'MDT CustomSettings.ini, for variables')
    .option('-o, --output <file>', 'output file, which must not exist')
    .action(async (file: string, given: ImportOptions) => {
      const [{ importSequence, importCustomSettings }, { stringify }, { readFile, writeFile }] = await Promise.all([
        import('@bootwright/task-sequence/import'),
        import('yaml'),
        import('node:fs/promises'),
      ])
      const read = async (path: string): Promise<string> =>
        decoded(await readFile(resolve(io.cwd, path)).catch(unreadable(path)))
      const { sequence: imported, notes } = importSequence(await read(file), parse(file).name)
      const settings = given.settings === undefined ? undefined : importCustomSettings(await read(given.settings))
      const variables = { ...(imported.variables as object | undefined), ...settings?.variables }
      const { name, description, variables: _, ...rest } = imported
      const written = stringify({ name, description, ...(Object.keys(variables).length > 0 && { variables }), ...rest })
      if (given.output === undefined) io.stdout.write(written)
      else await writeFile(resolve(io.cwd, given.output), written, { flag: 'wx' }).catch(existing(given.output))
      for (const note of [...notes, ...(settings?.notes ?? [])]) io.stderr.write(`${note}\n`)
    })
  sequence
    .command('steps [name]')
    .description('list steps, or show the options and variables of one')
    .action(async (name: string | undefined, _: unknown, command: Command) => {
      await using steps = await stepsOf(command, io)
      const { suggestion } = await import('@bootwright/diagnostics')
      const names = steps.names('step')
      if (name !== undefined && !names.includes(name))
        throw new UsageError(`unknown step "${name}"${suggestion(name, names)}`)
      const { json } = command.optsWithGlobals<GlobalOptions>()
      const shown = (name === undefined ? names : [name]).map(each => ({ name: each, step: steps.use('step', each) }))
      if (json)
        for (const { name: each, step } of shown)
          io.stdout.write(`${JSON.stringify({ type: 'step', name: each, ...stepFacts(step) })}\n`)
      else if (name === undefined)
        io.stdout.write(shown.map(({ name: each, step }) => `${each.padEnd(28)}${step.description}\n`).join(''))
      else io.stdout.write(`${describeStep(name, shown[0]!.step).join('\n')}\n`)
    })
}

interface ImportOptions {
  readonly settings?: string
  readonly output?: string
}

/** Exports are in UTF-16 as often as not. */
function decoded(data: Uint8Array): string {
  const [first, second] = data
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(data)
  return new TextDecoder().decode(data)
}

const existing = (path: string) => (error: NodeJS.ErrnoException) => {
  throw error.code === 'EEXIST' ? new UsageError(`${path} already exists; choose another name for -o`) : error
}

/** The steps of the definition's plugins; without a definition, those that have the names of the field. */
async function stepsOf(command: Command, io: Io): Promise<StepLookup & AsyncDisposable> {
  try {
    const { session, [Symbol.asyncDispose]: dispose } = await open(command, io)
    if (session.names('step').length > 0)
      return { names: session.names, use: session.use, [Symbol.asyncDispose]: dispose }
    await dispose()
  } catch (error) {
    if ((error as { readonly code?: unknown }).code !== 'DEFINITION_NOT_FOUND') throw error
    if (command.optsWithGlobals<GlobalOptions>().config !== undefined) throw error
  }
  const { STEPS } = await import('@bootwright/steps')
  return { names: () => Object.keys(STEPS), use: (_, name) => STEPS[name]!, async [Symbol.asyncDispose]() {} }
}
