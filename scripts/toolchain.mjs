// Runs on any Node that npm comes with: gets the Node and pnpm that the project needs from npm and runs commands with them.
import { spawn } from 'node:child_process'

const NODE = '24.21.0'
const PNPM = '10.34.9'

/**
 * Runs a shell command with Node >= 24 and pnpm on its PATH, in the root of the project. Resolves to its exit code.
 * @param {string} command
 * @returns {Promise<number>}
 */
export function run(command) {
  const child = spawn('npx', ['--yes', '-p', `node@${NODE}`, '-p', `pnpm@${PNPM}`, '-c', command], {
    cwd: new URL('..', import.meta.url),
    stdio: 'inherit',
    env: withoutNpm(process.env),
    shell: process.platform === 'win32',
  })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => resolve(signal ? 1 : code))
  })
}

/** Words as a shell takes them. */
export const quoted = words => words.map(word => `'${word.replaceAll("'", "'\\''")}'`).join(' ')

/** Installs what the lock file says; nothing is downloaded that is there already. */
export const install = () =>
  run('pnpm install --frozen-lockfile --prefer-offline --reporter=append-only --loglevel=warn')

/** npm hands its own settings to scripts; pnpm and npx would take them for theirs. */
function withoutNpm(env) {
  return Object.fromEntries(
    Object.entries(env).filter(
      ([name]) =>
        !/^npm_(config|package|lifecycle)_/i.test(name) ||
        /^npm_config_(registry|cache|proxy|https_proxy|cafile)$/i.test(name),
    ),
  )
}
