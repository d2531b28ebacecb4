import { readFileSync } from 'node:fs'
import { mediumIdOf } from '../kernel-command-line.ts'
import { pathsIn } from '../paths.ts'
import type { Platform } from '../platform.ts'
import { readFirmware } from './firmware.ts'
import { linuxPrograms } from './programs.ts'
import { linuxStorage } from './storage.ts'
import { openTty } from './tty-console.ts'

/** The boot image `linux`. */
export function linuxPlatform(env: NodeJS.ProcessEnv): Platform {
  const paths = pathsIn('/run/bootwright', '/var/log/bootwright.jsonl')
  const programs = linuxPrograms()
  return {
    paths,
    programs,
    storage: linuxStorage({ programs, mountFolder: paths.volumes, sys: '/sys/class/block' }),
    consoles: (env.BOOTWRIGHT_CONSOLES ?? '/dev/console').split(':').filter(Boolean),
    openConsole: openTty,
    firmware: async () => readFirmware('/sys/firmware/efi'),
    mediumId: mediumIdOf(readFileSync('/proc/cmdline', 'utf8')),
    root: '/',
    commands: { shell: 'exec /bin/sh -i', keyboard: 'bootwright-keyboard' },
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
