import { compiledStep } from '@bootwright/task-sequence'
import type { CompiledNode } from '@bootwright/task-sequence/run'
import test from 'ava'
import { createVariables } from '../../src/environment/variables.ts'
import { createDebugger } from '../../src/sequence/debugger.ts'
import { fakeComputer } from '../fakes.ts'

const group: CompiledNode = { kind: 'group', name: 'All', end: 4, continueOnError: false }
const nodes: readonly CompiledNode[] = [group, ...['One', 'Two', 'Three'].map(name => compiledStep(name, 'say', {}))]

/** A debugger with typed lines as input. */
function debugged(typed: readonly string[], variables: Readonly<Record<string, string>> = {}) {
  const lines = [...typed]
  const computer = fakeComputer()
  let shown = ''
  const terminal = {
    ...computer.terminal,
    print: (text: string) => {
      shown += text
    },
    readLine: async () => {
      const line = lines.shift()
      if (line === undefined) throw new Error('no more input')
      return line
    },
  }
  const known = createVariables(
    Object.fromEntries(
      Object.entries(variables).map(([name, value]) => [name, { value, isSecret: name === 'Secret' }]),
    ),
  )
  const inspector = createDebugger({ computer: { ...computer, terminal }, nodes, variables: known })
  return { inspector, variables: known, left: lines, shown: () => shown }
}

test('the debugger does not stop unless a variable is set', async t => {
  const { inspector } = debugged([])
  t.deepEqual(await inspector.before(1), { kind: 'run' })
  t.deepEqual(await inspector.afterFailure(1), { kind: 'run' })
})

test('the debugger steps, then runs to a breakpoint', async t => {
  const { inspector, left } = debugged(['s', 'b 3', 'r', 's'], { TSDebugMode: 'TRUE' })
  for (const index of [1, 2]) t.deepEqual(await inspector.before(index), { kind: 'run' })
  t.deepEqual(left, ['s'])
  t.deepEqual(await inspector.before(3), { kind: 'run' })
  t.deepEqual(left, [])
})

test('a breakpoint is cleared by the same command; run does not stop at TSDebugMode again', async t => {
  const { inspector, left } = debugged(['b 3', 'b 3', 'r'], { TSDebugMode: 'true' })
  for (const index of [1, 2, 3]) t.deepEqual(await inspector.before(index), { kind: 'run' })
  t.deepEqual(left, [])
})

test('variables are listed and set, secrets are hidden, steps are listed, and go to works', async t => {
  const lines = ['v', 'set Role = desk', 'set _x=1', 'set', 'l', 'g 9', 'g 3']
  const { inspector, variables, shown } = debugged(lines, { TSDebugMode: 'true', Secret: 'Tr0ub4dor' })
  t.deepEqual(await inspector.before(1), { kind: 'goTo', index: 3 })
  t.is(variables.get('Role')?.value, 'desk')
  t.notRegex(shown(), /Tr0ub4dor/)
  t.regex(shown(), /> {2}1 {2}One$/m)
})

test('the debugger stops after a failure if TSDebugOnError is set, and can end the sequence', async t => {
  const { inspector } = debugged(['what', 'q'], { TSDebugOnError: 'true' })
  t.deepEqual(await inspector.before(2), { kind: 'run' })
  t.deepEqual(await inspector.afterFailure(2), { kind: 'quit' })
})
