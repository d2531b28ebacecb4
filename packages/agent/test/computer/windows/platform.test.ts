import { EventEmitter } from 'node:events'
import test from 'ava'
import { type ConsoleStreams, openWindowsConsole } from '../../../src/computer/windows/console.ts'
import { windowsPlatform } from '../../../src/computer/windows/platform.ts'

test('all paths are on the drive of Windows PE, and the environment has the variables that programs require', t => {
  const environment = {
    SystemDrive: 'X:',
    SystemRoot: 'X:\\Windows',
    PATH: 'X:\\Windows\\System32',
    BOOTWRIGHT_MEDIUM: 'an id',
    OTHER: 'no',
  }
  const platform = windowsPlatform(environment, 'X:\\Bootwright\\agent.mjs', 'bootImage')
  t.like(platform, {
    mediumId: 'an id',
    root: 'X:\\',
    paths: { log: 'X:\\Bootwright\\bootwright.jsonl', environmentSocket: '\\\\.\\pipe\\bootwright-environment' },
  })
  t.is(platform.environment.SystemRoot, 'X:\\Windows')
  t.regex(platform.environment.PATH!, /bin;X:\\Windows\\System32$/)
  t.false('OTHER' in platform.environment)
  t.deepEqual(platform.script('bootwright-env', ['X:\\Bootwright\\node.exe', 'X:\\Bootwright\\agent.mjs', 'env']), {
    file: 'bootwright-env.cmd',
    text: '@"X:\\Bootwright\\node.exe" "X:\\Bootwright\\agent.mjs" "env" %*\r\n',
  })
})
test('a console passes keys one by one and shows lines', async t => {
  const log: string[] = []
  const input = Object.assign(new EventEmitter(), {
    setRawMode: (isRaw: boolean) => void log.push(`raw ${isRaw}`),
    destroy: () => void log.push('destroyed'),
  })
  const output = {
    write(text: string, done?: () => void) {
      if (text !== '') log.push(text)
      done?.()
      return true
    },
  }
  const console = openWindowsConsole('console', { input, output } as unknown as ConsoleStreams)
  const typed: string[] = []
  console.listen({ input: text => typed.push(text), lost: error => log.push(error.message) })
  console.write('one\ntwo\n')
  const letter = Buffer.from('é')
  input.emit('data', letter.subarray(0, 1))
  input.emit('data', letter.subarray(1))
  input.emit('end')
  await console.flush()
  console.close()
  console.write('nobody sees this')
  await console.flush()
  t.deepEqual(log, ['raw true', 'one\r\ntwo\r\n', 'end of input', 'raw false', 'destroyed'])
  t.is(typed.join(''), 'é')
})
