import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { AGENT_EXIT_CODES } from '@bootwright/api'
import { decodeTrust, TRUST_PATH, type Trust } from '@bootwright/medium-format'
import { runAgent } from './agent.ts'
import type { Console } from './computer/console.ts'
import { messageOf } from './computer/errors.ts'
import { linuxPlatform } from './computer/linux/platform.ts'
import { ignoreSignals } from './computer/linux/signals.ts'
import type { PlatformAdapter } from './computer/platform-adapter.ts'
import { windowsPlatform } from './computer/windows/platform.ts'
import { environmentCommand } from './environment/command.ts'
import { resumeInInstalledSystem } from './sequence/resume-in-installed-system.ts'
import type { Computer, Outcome } from './ui/computer.ts'
import { logFiles } from './ui/log-files.ts'
import { createMasker } from './ui/mask.ts'
import { createReport, type Report } from './ui/report.ts'
import { createTerminal } from './ui/terminal.ts'
import { handleUnexpectedErrors } from './ui/unexpected-errors.ts'

const [, program, verb, ...args] = process.argv
const platform: PlatformAdapter =
  process.platform === 'win32'
    ? windowsPlatform(process.env, program!, verb === 'resume' ? 'installedSystem' : 'bootImage')
    : linuxPlatform(process.env, program!, verb === 'resume' ? join(dirname(program!), 'bin') : undefined)
const { paths } = platform
if (verb === 'env') await runEnvironmentCommand()
else if (verb === 'resume') process.exit(await runInInstalledSystem())
else process.exit(await runInBootImage())

async function runEnvironmentCommand(): Promise<void> {
  const { exitCode, output, errorOutput } = await environmentCommand(args, paths.environmentSocket)
  process.stdout.write(output)
  process.stderr.write(errorOutput)
  process.exitCode = exitCode
}

/** The agent is in the folder of the runtime, which is in the folder of the state. */
async function runInInstalledSystem(): Promise<number> {
  mkdirSync(paths.run, { recursive: true, mode: 0o700 })
  const computer = await openComputer(platform.openOutput, join(paths.run, 'bootwright.jsonl'))
  const runtime = dirname(program!)
  await installEnvironmentCommand([platform.startScript(runtime), 'env'])
  const needsRestart = await resumeInInstalledSystem(computer, dirname(runtime))
  await computer.terminal.flush()
  if (needsRestart) await platform.restart()
  return 0
}

async function runInBootImage(): Promise<number> {
  mkdirSync(paths.run, { recursive: true, mode: 0o700 })
  mkdirSync(dirname(paths.log), { recursive: true })
  ignoreSignals()
  const computer = await openComputer(platform.openConsole, paths.log)
  const { report, terminal } = computer
  await installEnvironmentCommand([process.execPath, program!, 'env'])
  const outcome = await new Promise<Outcome>(settle => {
    const stopped = handleUnexpectedErrors(computer, settle)
    process.on('uncaughtException', stopped)
    process.on('unhandledRejection', stopped)
    runAgent(computer).then(settle, stopped)
  })
  report.print('info', outcome === 'reboot' ? 'restarting' : 'shuttingDown')
  await terminal.flush()
  return AGENT_EXIT_CODES[outcome]
}

async function openComputer(open: (name: string) => Console, log: string): Promise<Computer> {
  const masker = createMasker()
  const consoles: Console[] = []
  const failed: { name: string; error: string }[] = []
  for (const name of platform.consoles) {
    try {
      consoles.push(open(name))
    } catch (error) {
      failed.push({ name, error: messageOf(error) })
    }
  }
  let report: Report | undefined
  const terminal = createTerminal(consoles, (console, error) =>
    report?.log('warn', 'a console failed and is no longer used', { name: console.name, error: error.message }),
  )
  report = createReport({ terminal, masker, now: () => new Date(), log: logFiles(log) })
  for (const fields of failed) report.log('warn', 'a console cannot be used', fields)
  const { name, system, programs, storage, mediumId, commands, environment } = platform
  return {
    platform: name,
    system,
    terminal,
    report,
    masker,
    storage,
    programs,
    clock: { now: () => new Date(), sleep: duration => sleep(duration) },
    paths,
    firmware: await platform.firmware(),
    trust: readTrust(),
    mediumId,
    commands,
    environment,
  }
}

/** A boot image without a trust file runs any medium. */
function readTrust(): Trust {
  const path = join(platform.root, TRUST_PATH)
  return existsSync(path) ? decodeTrust(readFileSync(path)) : { formatVersion: 1, certificates: [], unsigned: 'run' }
}

/** Installs `bootwright-env`, which is this program, where scripts find it on their PATH. */
async function installEnvironmentCommand(command: readonly string[]): Promise<void> {
  mkdirSync(paths.commands, { recursive: true })
  const { file, text } = platform.script('bootwright-env', command)
  await writeFile(join(paths.commands, file), text, { mode: 0o755 })
}
