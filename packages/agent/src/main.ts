import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { AGENT_EXIT_CODES } from '@bootwright/api'
import { decodeTrust, TRUST_PATH, type Trust } from '@bootwright/medium'
import { runAgent } from './agent.ts'
import type { Console } from './console/console.ts'
import { createTerminal } from './console/terminal.ts'
import { environmentCommand } from './environment/command.ts'
import { messageOf } from './errors.ts'
import { mediumIdOf } from './kernel-command-line.ts'
import { readFirmware } from './linux/firmware.ts'
import { linuxPrograms } from './linux/programs.ts'
import { ignoreSignals } from './linux/signals.ts'
import { linuxStorage } from './linux/storage.ts'
import { openTty } from './linux/tty-console.ts'
import { createMasker } from './mask.ts'
import { TARGET_PATHS as paths } from './paths.ts'
import { createReport, logFile, type Report } from './report.ts'
import type { Outcome, Target } from './target.ts'
import { unexpectedEnd } from './unexpected.ts'

const [, program, verb, ...args] = process.argv
if (verb === 'env') await runEnvironmentCommand()
else process.exit(await runOnTarget())

async function runEnvironmentCommand(): Promise<void> {
  const { exitCode, output, complaint } = await environmentCommand(args, paths.environmentSocket)
  process.stdout.write(output)
  process.stderr.write(complaint)
  process.exitCode = exitCode
}

async function runOnTarget(): Promise<number> {
  mkdirSync(paths.run, { recursive: true, mode: 0o700 })
  mkdirSync(dirname(paths.log), { recursive: true })
  ignoreSignals()
  const target = describeTarget()
  const { report, terminal } = target
  await installEnvironmentCommand()
  const outcome = await new Promise<Outcome>(settle => {
    const stopped = unexpectedEnd(target, settle)
    process.on('uncaughtException', stopped)
    process.on('unhandledRejection', stopped)
    runAgent(target).then(settle, stopped)
  })
  report.tell('info', outcome === 'reboot' ? 'rebooting' : 'poweringOff')
  await terminal.flush()
  return AGENT_EXIT_CODES[outcome]
}

function describeTarget(): Target {
  const masker = createMasker()
  const consoles: Console[] = []
  const failed: { name: string; error: string }[] = []
  for (const name of (process.env.BOOTWRIGHT_CONSOLES ?? '/dev/console').split(':').filter(Boolean)) {
    try {
      consoles.push(openTty(name))
    } catch (error) {
      failed.push({ name, error: messageOf(error) })
    }
  }
  let report: Report | undefined
  const terminal = createTerminal(consoles, (console, error) =>
    report?.log('warn', 'a console is used no more', { name: console.name, error: error.message }),
  )
  report = createReport({ terminal, masker, now: () => new Date(), write: logFile(paths.log) })
  for (const fields of failed) report.log('warn', 'a console cannot be used', fields)
  const programs = linuxPrograms()
  return {
    terminal,
    report,
    masker,
    storage: linuxStorage({ programs, mountFolder: paths.volumes, sys: '/sys/class/block' }),
    programs,
    clock: { now: () => new Date(), sleep: duration => sleep(duration) },
    paths,
    firmware: readFirmware('/sys/firmware/efi'),
    trust: readTrust(),
    mediumId: mediumIdOf(readFileSync('/proc/cmdline', 'utf8')),
    environment: {
      PATH: `${paths.commands}:${process.env.PATH ?? '/usr/sbin:/usr/bin:/sbin:/bin'}`,
      HOME: '/root',
      TERM: process.env.TERM ?? 'linux',
    },
  }
}

/** A boot image that says nothing of it runs any medium. */
function readTrust(): Trust {
  const path = `/${TRUST_PATH}`
  return existsSync(path) ? decodeTrust(readFileSync(path)) : { formatVersion: 1, certificates: [], unsigned: 'run' }
}

/** `bootwright-env` is this same program: scripts find it on their PATH. */
async function installEnvironmentCommand(): Promise<void> {
  mkdirSync(paths.commands, { recursive: true })
  const text = `#!/bin/sh\nexec '${process.execPath}' '${program}' env "$@"\n`
  await writeFile(join(paths.commands, 'bootwright-env'), text, { mode: 0o755 })
}
