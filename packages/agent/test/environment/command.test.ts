import { statSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { scratch } from '@bootwright/test-support'
import test from 'ava'
import { environmentCommand } from '../../src/environment/command.ts'
import { serveEnvironment } from '../../src/environment/server.ts'
import { createVariables, type Variables } from '../../src/environment/variables.ts'

const start = async (): Promise<{ path: string; variables: Variables; server: AsyncDisposable }> => {
  const path = join(scratch(), 'socket')
  const variables = createVariables({ Zone: { value: 'UTC' }, Hidden: { value: 'hush', isSecret: true } })
  return { path, variables, server: await serveEnvironment(path, variables) }
}

test('get prints the value, even of a secret, because scripts need it', async t => {
  const { path, server } = await start()
  await using _ = server
  t.deepEqual(await environmentCommand(['get', 'zone'], path), { exitCode: 0, output: 'UTC\n', errorOutput: '' })
  t.is((await environmentCommand(['get', 'Hidden'], path)).output, 'hush\n')
})
test('a variable that is not set gives exit code 1', async t => {
  const { path, server } = await start()
  await using _ = server
  const result = await environmentCommand(['get', 'None'], path)
  t.deepEqual(result, { exitCode: 1, output: '', errorOutput: 'bootwright-env: None is not set\n' })
})
test('set passes any text to the agent', async t => {
  const { path, variables, server } = await start()
  await using _ = server
  const value = 'Zoë "x"\n= \\ end'
  t.is((await environmentCommand(['set', 'Owner', value], path)).exitCode, 0)
  t.is(variables.get('owner')?.value, value)
  t.is((await environmentCommand(['set', '--secret', 'Pin', '1234'], path)).exitCode, 0)
  t.true(variables.get('Pin')?.isSecret)
  t.is((await environmentCommand(['set', 'Owner', ''], path)).exitCode, 0)
  t.is(variables.get('owner'), undefined)
})
test('a read-only name is refused', async t => {
  const { path, server } = await start()
  await using _ = server
  const { exitCode, errorOutput } = await environmentCommand(['set', '_Type', 'x'], path)
  t.is(exitCode, 1)
  t.regex(errorOutput, /_Type is read-only/)
})
test('list prints all variables, with secrets masked', async t => {
  const { path, server } = await start()
  await using _ = server
  t.is((await environmentCommand(['list'], path)).output, 'Hidden=***\nZone=UTC\n')
})
test('wrong usage and a missing agent give exit code 2', async t => {
  for (const args of [[], ['get'], ['set', 'a'], ['set', 'a', 'b', 'c'], ['list', 'x'], ['drop', 'x']]) {
    const { exitCode, errorOutput } = await environmentCommand(args, '/nowhere')
    t.is(exitCode, 2)
    t.regex(errorOutput, /^usage/)
  }
  t.regex(
    (await environmentCommand(['list'], '/nowhere/socket')).errorOutput,
    /no agent is listening at \/nowhere\/socket/,
  )
})
test('only root may open the socket, and an invalid request gets an error reply', async t => {
  const { path, server } = await start()
  await using _ = server
  t.is(statSync(path).mode & 0o777, 0o600)
  const socket = connect(path)
  socket.write('nonsense\n')
  t.like(JSON.parse(await text(socket)), { ok: false })
})
