import { spawn } from 'node:child_process'
import { once } from 'node:events'
import test from 'ava'

const unix = process.platform === 'win32' ? test.skip : test
const PROGRAM = `
import { spawnSync } from 'node:child_process'
import { ignoreSignals } from ${JSON.stringify(new URL('../../../src/computer/linux/signals.ts', import.meta.url).href)}
ignoreSignals()
for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM']) process.kill(process.pid, signal)
setTimeout(() => {
  const { signal } = spawnSync('/bin/sh', ['-c', 'kill -TERM $$; sleep 5'])
  process.exit(signal === 'SIGTERM' ? 42 : 1)
}, 100)
`

unix('SIGHUP, SIGINT and SIGTERM do not end the agent, and still end what it starts', async t => {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', PROGRAM])
  const [exitCode] = await once(child, 'exit')
  t.is(exitCode, 42)
})
