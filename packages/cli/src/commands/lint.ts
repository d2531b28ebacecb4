import { resolve } from 'node:path'
import type { EfiProgram, Finding } from '@bootwright/medium-check'
import type { Command } from 'commander'
import type { GlobalOptions } from '../global-options.ts'
import type { Io } from '../io.ts'
import { readerPlugins } from '../readers.ts'
import { counted } from '../render/counted.ts'

/** Something is wrong with the medium. */
export class LintError extends Error {
  readonly code = 'LINT'
}

export function lintCommand(program: Command, io: Io): void {
  program
    .command('lint <image-or-disk>')
    .description('report boot problems, weak protection and expiring certificates of a medium')
    .action(async (image: string, _: unknown, command: Command) => {
      const { json } = command.optsWithGlobals<GlobalOptions>()
      const [{ inspectImage }, { lintMedium }, plugins] = await Promise.all([
        import('@bootwright/core'),
        import('@bootwright/medium-check'),
        readerPlugins(),
      ])
      const opened = await inspectImage(resolve(io.cwd, image), plugins)
      const { programs, findings } = await lintMedium(opened, { now: io.now() })
      if (json) io.stdout.write(`${JSON.stringify({ type: 'linted', image, programs, findings })}\n`)
      else
        io.stdout.write(
          `${[`${image}: ${opened.format}`, ...programs.flatMap(describe), ...findings.map(tell)].join('\n')}\n`,
        )
      const errors = findings.filter(({ severity }) => severity === 'error').length
      if (errors > 0) throw new LintError(`${image} has ${counted(errors, 'error')}`)
    })
}

const describe = ({ path, machine, signers, sbat, fault }: EfiProgram): string[] => [
  `  ${JSON.stringify(path)}: ${fault === undefined ? machine : 'not readable'}`,
  ...signers.map(
    ({ subject, authority, validTo }) =>
      `    signed by ${JSON.stringify(subject)} (${authority}), certificate valid to ${validTo.toISOString().slice(0, 10)}`,
  ),
  ...(sbat.length > 0
    ? [
        `    SBAT ${sbat.map(({ component, generation }) => `${JSON.stringify(component).slice(1, -1)} ${generation}`).join(', ')}`,
      ]
    : []),
]

const tell = ({ severity, path, message }: Finding): string =>
  `  ${severity.padEnd(8)}${path === undefined ? '' : `${JSON.stringify(path)}: `}${message}`
