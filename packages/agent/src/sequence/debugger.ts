import type { CompiledNode } from '@bootwright/task-sequence/run'
import { messageOf } from '../computer/errors.ts'
import { showVariable } from '../environment/server.ts'
import type { Variables } from '../environment/variables.ts'
import type { Computer } from '../ui/computer.ts'
import { runInteractive } from '../ui/run-interactive.ts'

/** What the sequence does next. */
export type DebuggerCommand =
  | { readonly kind: 'run' }
  /** Index of the next node. */
  | { readonly kind: 'goTo'; readonly index: number }
  | { readonly kind: 'quit' }

/** Stops a sequence at steps, for debugging. */
export interface Debugger {
  /** Called before a step. Returns `run` at once unless it stops there. */
  before(index: number): Promise<DebuggerCommand>
  /** Called after a failed step. `run` continues as the sequence defines. */
  afterFailure(index: number): Promise<DebuggerCommand>
}

export interface DebuggerOptions {
  readonly computer: Computer
  readonly nodes: readonly CompiledNode[]
  readonly variables: Variables
}

/** ERROR_CANCELLED of Windows: exit code of a sequence that was cancelled in the debugger. */
export const CANCELLED = 1223

/**
 * Stops before each step when the variable `TSDebugMode` is true, and after a failure when `TSDebugOnError` is. Only for media whose
 * definition allows a shell (`debugShell`): the debugger grants full access.
 */
export function createDebugger({ computer, nodes, variables }: DebuggerOptions): Debugger {
  const { terminal, report } = computer
  const steps = nodes.flatMap((node, index) => (node.kind === 'step' ? [{ index, name: node.name }] : []))
  const breakpoints = new Set<number>()
  let isStepping = false
  let hasStarted = false
  const isTrue = (name: string): boolean => variables.get(name)?.value.toLowerCase() === 'true'
  const printLine = (text: string): void => terminal.print(`${text}\n`)

  return {
    async before(index) {
      if (!hasStarted && isTrue('TSDebugMode')) isStepping = true
      hasStarted ||= isStepping
      return isStepping || breakpoints.has(index) ? await prompt(index) : { kind: 'run' }
    },
    afterFailure: async index => (isStepping || isTrue('TSDebugOnError') ? await prompt(index) : { kind: 'run' }),
  }

  async function prompt(index: number): Promise<DebuggerCommand> {
    const number = steps.findIndex(each => each.index === index) + 1
    report.print('info', 'debuggerStopped', { number, total: steps.length, name: nodes[index]!.name })
    report.printStatus(`bootwright: debugger at ${number}`)
    for (;;) {
      terminal.print('debug> ')
      const line = (await terminal.readLine()).trim()
      const [, word, rest] = /^(\S*)\s*(.*)$/.exec(line)!
      report.log('info', 'debugger', { word })
      const command = await execute(word!.toLowerCase(), rest!, index)
      if (command) return command
    }
  }

  async function execute(word: string, rest: string, index: number): Promise<DebuggerCommand | undefined> {
    switch (word) {
      case 's':
      case 'step':
        isStepping = true
        hasStarted = true
        return { kind: 'run' }
      case 'r':
      case 'run':
        isStepping = false
        hasStarted = true
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
          printLine(
            `${each.index === index ? '>' : ' '}${breakpoints.has(each.index) ? '*' : ' '} ${number + 1}  ${each.name}`,
          )
        return undefined
      case 'v':
      case 'variables':
        for (const variable of variables.list())
          if (variable.name.toLowerCase().includes(rest.toLowerCase())) printLine(showVariable(variable))
        return undefined
      case 'set':
        setVariable(rest)
        return undefined
      case 'sh':
      case 'shell':
        await runInteractive(computer, {
          command: computer.commands.shell,
          folder: computer.paths.run,
          environment: computer.environment,
        })
        return undefined
      case 'q':
      case 'quit':
        return { kind: 'quit' }
      default:
        report.print('info', 'debuggerHelp')
        return undefined
    }
  }

  function stepOf(text: string): number | undefined {
    const found = steps[Number(text) - 1]
    if (!found) report.print('warn', 'debuggerUnknownStep', { text, total: steps.length })
    return found?.index
  }

  function setVariable(text: string): void {
    const [, name, value] = /^([^=\s]+)\s*=(.*)$/.exec(text) ?? []
    if (name === undefined) {
      report.print('info', 'debuggerHelp')
      return
    }
    try {
      variables.set(name, value!.trim())
    } catch (error) {
      printLine(messageOf(error))
    }
  }
}
