import tab from '@bomb.sh/tab/commander'
import { Command, Option } from 'commander'
import manifest from '../package.json' with { type: 'json' }
import { buildCommand } from './commands/build.ts'
import { contentCommand } from './commands/content.ts'
import { initCommand } from './commands/init.ts'
import { inspectCommand } from './commands/inspect.ts'
import { lintCommand } from './commands/lint.ts'
import { planCommand } from './commands/plan.ts'
import { schemaCommand } from './commands/schema.ts'
import { sequenceCommand } from './commands/sequence.ts'
import { siteCommand } from './commands/site.ts'
import { testCommand } from './commands/test.ts'
import { verifyCommand } from './commands/verify.ts'
import type { Io } from './io.ts'
import { libraryFolder } from './library-folder.ts'

const AFTER_HELP = `
Exit codes:
  0    success
  1    failure; incomplete outputs are discarded, existing ones unchanged
  2    invalid command line or definition; nothing was started
  3    bootwright test: the medium did not boot
  4    bootwright verify, lint: the medium failed verification
  5    bootwright build: waiting for an external signature
  130  interrupted

Environment:
  BOOTWRIGHT_LIBRARY  folder of the content library
  BOOTWRIGHT_REGISTRY_USERNAME, BOOTWRIGHT_REGISTRY_PASSWORD
                      account for registries, for bootwright content
  SOURCE_DATE_EPOCH   date of the media, in seconds since 1970
  NO_COLOR            disable colours`

/** The command line: every command, its options and its action. */
export function programFor(io: Io): Command {
  const program = new Command('bootwright')
    .description('Builds task sequence media for deploying operating systems.')
    .version(manifest.version)
    .option('-c, --config <file>', 'definition file; by default bootwright.config.* here or above')
    .addOption(new Option('--library <folder>', 'folder of the content library').default(libraryFolder(io)))
    .option('--json', 'print events and results as JSON lines')
    .option('-v, --verbose', 'show every phase and every message')
    .addHelpText('after', AFTER_HELP)
    .showHelpAfterError('(run bootwright --help for usage)')
    .exitOverride()
    .configureOutput({ writeOut: text => io.stdout.write(text), writeErr: text => io.stderr.write(text) })
  for (const add of [
    buildCommand,
    planCommand,
    inspectCommand,
    verifyCommand,
    lintCommand,
    testCommand,
    initCommand,
    schemaCommand,
    sequenceCommand,
    siteCommand,
    contentCommand,
  ])
    add(program, io)
  tab(program)
  return program
}
