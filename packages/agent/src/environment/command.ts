import { once } from 'node:events'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { messageOf } from '../computer/errors.ts'
import type { EnvironmentReply, EnvironmentRequest } from './protocol.ts'

const USAGE = `usage: bootwright-env get NAME
       bootwright-env set [--secret] NAME VALUE   (an empty VALUE deletes)
       bootwright-env list
`
/** Exit codes: success; not set or refused; wrong usage or no agent. */
const EXIT = { done: 0, refused: 1, usage: 2 } as const

export interface CommandResult {
  readonly exitCode: number
  readonly output: string
  readonly errorOutput: string
}

/** The command `bootwright-env`: reads and sets variables of the agent that listens at `socketPath`. */
export async function environmentCommand(args: readonly string[], socketPath: string): Promise<CommandResult> {
  const parsed = parse(args)
  if (!parsed) return { exitCode: EXIT.usage, output: '', errorOutput: USAGE }
  try {
    const reply = await request(socketPath, parsed)
    if (!reply.ok) return { exitCode: EXIT.refused, output: '', errorOutput: `bootwright-env: ${reply.reason}\n` }
    return { exitCode: EXIT.done, output: reply.lines.map(line => `${line}\n`).join(''), errorOutput: '' }
  } catch (error) {
    const errorOutput = `bootwright-env: no agent is listening at ${socketPath}: ${messageOf(error)}\n`
    return { exitCode: EXIT.usage, output: '', errorOutput }
  }
}

function parse([verb, ...rest]: readonly string[]): EnvironmentRequest | undefined {
  if (verb === 'list' && rest.length === 0) return { do: 'list' }
  if (verb === 'get' && rest.length === 1) return { do: 'get', name: rest[0]! }
  const isSecret = rest[0] === '--secret'
  const [name, value, ...more] = isSecret ? rest.slice(1) : rest
  if (verb !== 'set' || name === undefined || value === undefined || more.length > 0) return undefined
  return { do: 'set', name, value, isSecret }
}

async function request(path: string, content: EnvironmentRequest): Promise<EnvironmentReply> {
  const socket = connect(path)
  await once(socket, 'connect')
  socket.write(`${JSON.stringify(content)}\n`)
  return JSON.parse(await text(socket))
}
