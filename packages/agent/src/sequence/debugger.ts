import type { CompiledNode } from '@bootwright/task-sequence/run'
import { messageOf } from '../computer/errors.ts'
import { showVariable } from '../environment/server.ts'
import type { Variables } from '../environment/variables.ts'
import type { Computer } from '../ui/computer.ts'
import { converseMasked } from '../ui/converse-masked.ts'

/** What somebody wants of the sequence where it stands. */
export type Wish =
  | { readonly kind: 'run' }
  /** Index of the node that is next. */
  | { readonly kind: 'goTo'; readonly index: number }
  | { readonly kind: 'quit' }

/** Lets people look at a sequence step by step. */
export interface Debugger {
  /** Before a step runs. Answers at once where nobody wants to be asked. */
  before(index: number): Promise<Wish>
  /** After one failed, when that is wanted. `run` goes on as the sequence says. */
  afterFailure(index: number): Promise<Wish>
}

export interface DebuggerOptions {
  readonly target: Computer
  readonly nodes: readonly CompiledNode[]
  readonly variables: Variables
}

/** ERROR_CANCELLED of Windows: what a sequence ends with that somebody ended. */
export const CANCELLED = 1223

/**
 * Stops before each step when the variable `TSDebugMode` is true, and after a failure when `TSDebugOnError` is. Only for media whose
 * definition allows a shell (`debugShell`): who debugs can do everything.
 */
export function createDebugger({ target, nodes, variables }: DebuggerOptions): Debugger {
  const { terminal, report } = target
  const steps = nodes.flatMap((node, index) => (node.kind === 'step' ? [{ index, name: node.name }] : []))
  const breakpoints = new Set<number>()
  let isStepping = false
  let hasBegun = false
  const isTrue = (name: string): boolean => variables.get(name)?.value.toLowerCase() === 'true'
  const say = (text: string): void => terminal.print(`${text}\n`)

  return {
    async before(index) {
      if (!hasBegun && isTrue('TSDebugMode')) isStepping = true
      hasBegun ||= isStepping
      return isStepping || breakpoints.has(index) ? await ask(index) : { kind: 'run' }
    },
    afterFailure: async index => (isStepping || isTrue('TSDebugOnError') ? await ask(index) : { kind: 'run' }),
  }

  async function ask(index: number): Promise<Wish> {
    const number = steps.findIndex(each => each.index === index) + 1
    report.tell('info', 'debuggerStops', { number, total: steps.length, name: nodes[index]!.name })
    report.state(`bootwright: debugger at ${number}`)
    for (;;) {
      terminal.print('debug> ')
      const line = (await terminal.readLine()).trim()
      const [, word, rest] = /^(\S*)\s*(.*)$/.exec(line)!
      report.log('info', 'debugger', { word })
      const wish = await obey(word!.toLowerCase(), rest!, index)
      if (wish) return wish
    }
  }

  async function obey(word: string, rest: string, index: number): Promise<Wish | undefined> {
    switch (word) {
      case 's':
      case 'step':
        isStepping = true
        hasBegun = true
        return { kind: 'run' }
      case 'r':
      case 'run':
        isStepping = false
        hasBegun = true
        return { kind: 'run' }
      case 'g':
      case 'goto': {
        const to = stepOf(rest)
        return to === undefined ? undefined : { kind: 'goTo', index: to }
      }
      case 'b':
      case 'break': {
        const at = stepOf(rest)
        if (at !== undefined && !breakpoints.delete(at)) breakpoints.add(at)
        return undefined
      }
      case 'l':
      case 'list':
        for (const [number, each] of steps.entries())
          say(
            `${each.index === index ? '>' : ' '}${breakpoints.has(each.index) ? '*' : ' '} ${number + 1}  ${each.name}`,
          )
        return undefined
      case 'v':
      case 'variables':
        for (const variable of variables.list())
          if (variable.name.toLowerCase().includes(rest.toLowerCase())) say(showVariable(variable))
        return undefined
      case 'set':
        setVariable(rest)
        return undefined
      case 'sh':
      case 'shell':
        await converseMasked(target, {
          command: target.commands.shell,
          folder: target.paths.run,
          environment: target.environment,
        })
        return undefined
      case 'q':
      case 'quit':
        return { kind: 'quit' }
      default:
        report.tell('info', 'debuggerHelp')
        return undefined
    }
  }

  function stepOf(text: string): number | undefined {
    const found = steps[Number(text) - 1]
    if (!found) report.tell('warn', 'debuggerNoStep', { text, total: steps.length })
    return found?.index
  }

  function setVariable(text: string): void {
    const [, name, value] = /^([^=\s]+)\s*=(.*)$/.exec(text) ?? []
    if (name === undefined) {
      report.tell('info', 'debuggerHelp')
      return
    }
    try {
      variables.set(name, value!.trim())
    } catch (error) {
      say(messageOf(error))
    }
  }
}
