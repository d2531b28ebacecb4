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
  0    done
  1    something failed while it was done; an output that is not complete is as it was before
  2    the command line or the definition is wrong; nothing was begun
  3    bootwright test: the medium did not start
  4    bootwright verify, lint: the medium is not what it should be
  5    bootwright build: waits for a signature that is made elsewhere
  130  interrupted

Environment:
  BOOTWRIGHT_LIBRARY  the content library's folder
  BOOTWRIGHT_REGISTRY_USERNAME, BOOTWRIGHT_REGISTRY_PASSWORD
                      the account of registries, for bootwright content
  SOURCE_DATE_EPOCH   the date of the media, in seconds since 1970
  NO_COLOR            no colours`

/** The command line as data: every command, its options and its action. */
export function programFor(io: Io): Command {
  const program = new Command('bootwright')
    .description('Builds task sequence media for deploying operating systems.')
    .version(manifest.version)
    .option('-c, --config <file>', 'the definition, instead of looking for bootwright.config.* here and above')
    .addOption(new Option('--library <folder>', 'the content library').default(libraryFolder(io)))
    .option('--json', 'events and results as JSON, one a line')
    .option('-v, --verbose', 'show every stage and every message')
    .addHelpText('after', AFTER_HELP)
    .showHelpAfterError('(bootwright --help shows what there is)')
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
