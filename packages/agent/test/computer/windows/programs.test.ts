import type { ChildProcess, SpawnOptions } from 'node:child_process'
import { EventEmitter } from 'node:events'
import { PassThrough } from 'node:stream'
import test from 'ava'
import { type Spawn, windowsPrograms } from '../../../src/computer/windows/programs.ts'

interface Started {
  readonly command: string
  readonly args: readonly string[]
  readonly options: SpawnOptions
  readonly child: ChildProcess & { readonly stdin: PassThrough; readonly stdout: PassThrough }
}

/** Records what is started; the test plays the programs. */
function recorded(): { readonly spawn: Spawn; readonly started: Started[] } {
  const started: Started[] = []
  const spawn: Spawn = (command, args, options) => {
    const streams = { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough(), pid: 42 }
    const child = Object.assign(new EventEmitter(), streams) as unknown as Started['child']
    started.push({ command, args, options, child })
    return child
  }
  return { spawn, started }
}

test('programs are started directly, scripts by the shell', async t => {
  const { spawn, started } = recorded()
  const programs = windowsPrograms(spawn)
  const ran = [programs.run('mountvol', []), programs.run('bootwright-keyboard.cmd', ['fr'])]
  t.deepEqual(
    started.map(({ command, args }) => [command, ...args]),
    [['mountvol'], ['cmd.exe', '/d', '/c', 'bootwright-keyboard.cmd', 'fr']],
  )
  started[0]!.child.stdout.write('listing')
  await new Promise(setImmediate)
  started[0]!.child.emit('exit', 0)
  started[1]!.child.emit('error', new Error('spawn cmd.exe ENOENT'))
  t.deepEqual(await Promise.all(ran), [
    { exitCode: 0, output: 'listing' },
    { exitCode: 127, output: 'spawn cmd.exe ENOENT\n' },
  ])
})
test('a command reaches the shell verbatim, is interactive, and ends with its child processes', async t => {
  const { spawn, started } = recorded()
  let shown = ''
  const conversation = windowsPrograms(spawn).start({
    command: 'cmd /c "ask owner.cmd" & echo %OSDComputerName%',
    folder: 'X:\\Bootwright\\run\\prestart',
    environment: { SystemRoot: 'X:\\Windows' },
    onOutput: text => {
      shown += text
    },
  })
  const [{ command, args, options, child }] = started as [Started]
  t.is(command, 'cmd.exe')
  t.deepEqual(args, ['/d', '/s', '/c', '"cmd /c "ask owner.cmd" & echo %OSDComputerName%"'])
  t.like(options, { cwd: 'X:\\Bootwright\\run\\prestart', windowsVerbatimArguments: true })
  t.false(conversation.hasTerminal)
  conversation.type('PC-7\n')
  t.is(child.stdin.read().toString(), 'PC-7\r\n')
  child.stdout.write(Buffer.from('Größe?'))
  await new Promise(setImmediate)
  t.is(shown, 'Größe?')
  conversation.interrupt()
  t.deepEqual([started[1]!.command, ...started[1]!.args], ['taskkill', '/t', '/f', '/pid', '42'])
  child.emit('exit', 5, null)
  child.emit('close')
  t.is(await conversation.exit, 5)
})
