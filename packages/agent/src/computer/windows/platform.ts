import { win32 } from 'node:path'
import type { RunEnvironment } from '@bootwright/api'
import { pathsIn } from '../paths.ts'
import type { PlatformAdapter } from '../platform-adapter.ts'
import { openWindowsConsole } from './console.ts'
import { readFirmware } from './firmware.ts'
import { windowsPrograms } from './programs.ts'
import { windowsStorage } from './storage.ts'
import { windowsSystem } from './system.ts'

/** Environment variables that Windows programs require. */
const INHERITED_VARIABLES = [
  'SystemRoot',
  'SystemDrive',
  'windir',
  'ComSpec',
  'PATHEXT',
  'TEMP',
  'TMP',
  'NUMBER_OF_PROCESSORS',
]

/** Folders of the agent in Windows PE and in an installed Windows. */
const FOLDERS = { bootImage: 'Bootwright', installedSystem: 'Windows\\Temp\\Bootwright' } as const

/** The boot image `winpe`, whose file system is a RAM drive, or an installed Windows. */
export function windowsPlatform(env: NodeJS.ProcessEnv, program: string, environment: RunEnvironment): PlatformAdapter {
  const drive = env.SystemDrive ?? 'X:'
  const folder = `${drive}\\${FOLDERS[environment]}`
  const paths = {
    ...pathsIn(
      win32.join(folder, 'run'),
      win32.join(folder, 'bootwright.jsonl'),
      `${drive}\\Windows\\Logs\\Bootwright`,
    ),
    // Windows uses a named pipe.
    environmentSocket: '\\\\.\\pipe\\bootwright-environment',
  }
  const programs = windowsPrograms()
  return {
    name: 'windows',
    system: windowsSystem({
      programs,
      folder: paths.run,
      program,
      runtime: process.execPath,
      root: `${drive}\\`,
    }),
    paths,
    programs,
    storage: windowsStorage({ programs }),
    // Output before the first logon is invisible.
    consoles: environment === 'bootImage' ? ['console'] : [],
    openConsole: openWindowsConsole,
    openOutput: openWindowsConsole,
    startScript: runtime => win32.join(runtime, 'start.cmd'),
    async restart() {
      await programs.run('shutdown', ['/r', '/t', '0'])
    },
    firmware: () => readFirmware(programs),
    mediumId: env.BOOTWRIGHT_MEDIUM,
    root: `${drive}\\`,
    commands: {
      shell: 'cmd.exe',
      keyboard: 'bootwright-keyboard.cmd',
      line: commandLine => ['cmd.exe', '/d', '/s', '/c', `"${commandLine}"`],
    },
    environment: {
      ...Object.fromEntries(INHERITED_VARIABLES.flatMap(name => (env[name] === undefined ? [] : [[name, env[name]]]))),
      PATH: `${paths.commands};${env.PATH ?? `${drive}\\Windows\\System32`}`,
    },
    script: (name, command) => ({
      file: `${name}.cmd`,
      text: `@${command.map(word => `"${word}"`).join(' ')} %*\r\n`,
    }),
  }
}
