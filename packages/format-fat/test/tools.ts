import { execFileSync } from 'node:child_process'

/** The tools take names as UTF-8 only in such a locale. */
export const run = (name: string, ...args: readonly string[]): string =>
  execFileSync(name, args, {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C.UTF-8' },
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 2 ** 26,
  })
