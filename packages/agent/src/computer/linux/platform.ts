import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathsIn } from '../paths.ts'
import type { PlatformAdapter } from '../platform-adapter.ts'
import { readFirmware } from './firmware.ts'
import { mediumIdOf } from './kernel-command-line.ts'
import { linuxPrograms } from './programs.ts'
import { linuxStorage } from './storage.ts'
import { linuxSystem } from './system.ts'
import { openTty } from './tty-console.ts'

/** The boot image `linux`, or a system that it installed; there /run is mounted noexec, so `commands` is another folder. */
export function linuxPlatform(env: NodeJS.ProcessEnv, program: string, commands?: string): PlatformAdapter {
  const own = pathsIn('/run/bootwright', '/var/log/bootwright.jsonl', '/var/log/bootwright')
  const paths = commands === undefined ? own : { ...own, commands }
  const programs = linuxPrograms()
  return {
    name: 'linux',
    paths,
    programs,
    storage: linuxStorage({ programs, mountFolder: paths.volumes, sys: '/sys/class/block' }),
    system: linuxSystem({ programs, mountFolder: paths.volumes, sys: '/sys', program }),
    consoles: (env.BOOTWRIGHT_CONSOLES ?? '/dev/console').split(':').filter(Boolean),
    openConsole: openTty,
    openOutput: name => openTty(name, { isReadable: false }),
    startScript: folder => join(folder, 'start.sh'),
    async restart() {
      await programs.run('systemctl', ['reboot'])
    },
    firmware: async () => readFirmware('/sys/firmware/efi'),
    mediumId: mediumIdOf(readFileSync('/proc/cmdline', 'utf8')),
    root: '/',
    commands: {
      shell: 'exec /bin/sh -i',
      keyboard: 'bootwright-keyboard',
      line: commandLine => ['/bin/sh', '-c', commandLine],
    },
    environment: {
      PATH: `${paths.commands}:${env.PATH ?? '/usr/sbin:/usr/bin:/sbin:/bin'}`,
      HOME: '/root',
      TERM: env.TERM ?? 'linux',
    },
    script: (name, command) => ({
      file: name,
      text: `#!/bin/sh\nexec ${command.map(word => `'${word}'`).join(' ')} "$@"\n`,
    }),
  }
}
