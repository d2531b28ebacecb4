import { win32 } from 'node:path'
import { pathsIn } from '../paths.ts'
import type { Platform } from '../platform.ts'
import { openWindowsConsole } from './console.ts'
import { readFirmware } from './firmware.ts'
import { windowsPrograms } from './programs.ts'
import { windowsStorage } from './storage.ts'
import { windowsSystem } from './system.ts'

/** What programs of Windows cannot do without. */
const KEPT = ['SystemRoot', 'SystemDrive', 'windir', 'ComSpec', 'PATHEXT', 'TEMP', 'TMP', 'NUMBER_OF_PROCESSORS']

/** The boot image `winpe`: its file system is in memory, as a drive of its own. */
export function windowsPlatform(env: NodeJS.ProcessEnv): Platform {
  const drive = env.SystemDrive ?? 'X:'
  const folder = `${drive}\\Bootwright`
  const paths = {
    ...pathsIn(
      win32.join(folder, 'run'),
      win32.join(folder, 'bootwright.jsonl'),
      `${drive}\\Windows\\Logs\\Bootwright`,
    ),
    // Windows has no sockets in folders.
    environmentSocket: '\\\\.\\pipe\\bootwright-environment',
  }
  const programs = windowsPrograms()
  return {
    name: 'windows',
    system: windowsSystem(),
    paths,
    programs,
    storage: windowsStorage({ programs }),
    consoles: ['console'],
    openConsole: openWindowsConsole,
    openOutput: openWindowsConsole,
    startOf: runtime => win32.join(runtime, 'start.cmd'),
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
      ...Object.fromEntries(KEPT.flatMap(name => (env[name] === undefined ? [] : [[name, env[name]]]))),
      PATH: `${paths.commands};${env.PATH ?? `${drive}\\Windows\\System32`}`,
    },
    script: (name, command) => ({
      file: `${name}.cmd`,
      text: `@${command.map(word => `"${word}"`).join(' ')} %*\r\n`,
    }),
  }
}
