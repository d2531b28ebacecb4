import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { scratch } from '@bootwright/test-support'
import test from 'ava'
import { run } from '../src/process.ts'

const { signal } = new AbortController()
const node = (script: string, options: Partial<Parameters<typeof run>[2]> = {}) =>
  run(process.execPath, ['-e', script], { signal, ...options })

test('a successful program returns its output', async t => {
  t.deepEqual(await node('console.log("out"); console.error("err")'), {
    code: 0,
    stdout: 'out\n',
    stderr: 'err\n',
    isMissing: false,
  })
})

test('a program runs in the C locale and in the given folder', async t => {
  const folder = scratch()
  t.is((await node('console.log(process.env.LC_ALL, process.cwd())', { folder })).stdout, `C.UTF-8 ${folder}\n`)
})

test('a failing program returns its exit code and output', async t => {
  t.deepEqual(await node('console.error("no"); process.exit(3)'), {
    code: 3,
    stdout: '',
    stderr: 'no\n',
    isMissing: false,
  })
  const killed = await node('process.kill(process.pid, "SIGKILL")')
  t.like(killed, { code: -1, isMissing: false })
  t.not(killed.stderr, '')
})

test('a program that does not exist is reported as missing', async t => {
  t.like(await run('no-such-program-here', [], { signal }), { isMissing: true })
})

test('a cancelled program has ended when the promise rejects', async t => {
  const pidFile = join(scratch(), 'pid')
  const controller = new AbortController()
  const running = node(
    `require('fs').writeFileSync(${JSON.stringify(pidFile)}, String(process.pid))
     process.on('SIGTERM', () => setTimeout(() => process.exit(0), 200))
     setInterval(() => {}, 1000)`,
    { signal: controller.signal },
  )
  while (!existsSync(pidFile) || readFileSync(pidFile, 'utf8') === '') await wait(10)
  const reason = new Error('stop')
  controller.abort(reason)
  t.is(await t.throwsAsync(running), reason)
  t.throws(() => process.kill(Number(readFileSync(pidFile, 'utf8')), 0), { code: 'ESRCH' })
})

test('no program is started after cancellation', async t => {
  const file = join(scratch(), 'started')
  const started = node(`require('fs').writeFileSync(${JSON.stringify(file)}, '')`, {
    signal: AbortSignal.abort(new Error('stop')),
  })
  await t.throwsAsync(started, { message: 'stop' })
  t.false(existsSync(file))
})
