import { spawn } from 'node:child_process'
import { existsSync, promises as fs } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { needs, scratch } from '@bootwright/test-support'
import test from 'ava'
import { root } from '../support/example.ts'

const PATIENCE_MILLISECONDS = 20_000
const AVA = [
  join(root, 'node_modules/ava/entrypoints/cli.js'),
  '--config',
  join(root, 'e2e/fixtures/hanging-run/ava.config.mjs'),
]
const runs = needs(test, 'qemu-system-x86_64', 'docker-registry', 'pg_ctlcluster')

/** Processes that have `text` in their command line. */
async function processesWith(text: string): Promise<string[]> {
  const pids = (await fs.readdir('/proc')).filter(name => /^\d+$/.test(name))
  const commands = await Promise.all(pids.map(pid => fs.readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')))
  return commands.filter(command => command.includes(text))
}

for (const signal of ['SIGKILL', 'SIGTERM', 'SIGINT'] as const)
  runs(`a run of the tests that ${signal} ends leaves no machine, no server and no folder`, async t => {
    const { BOOTWRIGHT_TEST_RUN: _, BOOTWRIGHT_TEST_RECORD: __, ...env } = process.env
    const cache = scratch()
    const child = spawn(process.execPath, AVA, { cwd: root, env: { ...env, XDG_CACHE_HOME: cache } })
    const [, folder = '', half = ''] = await new Promise<RegExpExecArray>((resolve, reject) => {
      let output = ''
      const add = (text: unknown): void => {
        output += text
        const found = /running in (\S+) with (\S+)/.exec(output)
        if (found) resolve(found)
      }
      child.stdout.on('data', add)
      child.stderr.on('data', add)
      child.once('close', () => reject(new Error(output)))
    })
    for (const name of ['qemu-system-x86_64', 'docker-registry', 'postgres'])
      t.true(
        (await processesWith(folder)).some(command => command.includes(name)),
        name,
      )
    t.true(existsSync(half))
    child.kill(signal)
    const end = Date.now() + PATIENCE_MILLISECONDS
    while (Date.now() < end && ((await processesWith(folder)).length > 0 || existsSync(folder))) await sleep(100)
    t.deepEqual(await processesWith(folder), [])
    t.false(existsSync(folder))
    t.false(existsSync(half))
  })
