import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { StepProgram } from '@bootwright/api'
import { compiledStep } from '@bootwright/task-sequence'
import type { CompiledNode, CompiledStep } from '@bootwright/task-sequence/run'
import { scratch } from '@bootwright/test-support'
import test from 'ava'
import { createVariables } from '../../src/environment/variables.ts'
import { stateKey } from '../../src/medium/unlock.ts'
import { runSequence, type SequenceResult, type SequenceRun, variablesOf } from '../../src/sequence/engine.ts'
import type { SequenceState } from '../../src/sequence/state.ts'
import { readState, STATE_FOLDER } from '../../src/sequence/store.ts'
import { descriptor, fakeComputer, fakeSystem } from '../fakes.ts'

const step = (name: string, type: string, options: unknown = {}, more: Partial<CompiledStep> = {}): CompiledStep => ({
  ...compiledStep(name, type, options),
  ...more,
})
const group = (name: string, end: number, more: object = {}): CompiledNode => ({
  kind: 'group',
  name,
  end,
  continueOnError: false,
  ...more,
})

interface Ground {
  readonly computer: ReturnType<typeof fakeComputer>
  readonly folder: string
  readonly done: string[]
  readonly steps: Record<string, StepProgram>
}

/** A computer with one volume, and steps that record their runs. */
function ground(): Ground {
  const folder = scratch()
  const done: string[] = []
  const steps: Record<string, StepProgram> = {
    say: {
      async run(options, { variables }) {
        done.push(String((options as { readonly text?: string }).text ?? variables.get('_SMSTSCurrentActionName')))
        return undefined
      },
    },
    code: { run: async options => (options as { readonly code: number }).code },
    fail: {
      async run() {
        throw Object.assign(new Error('no luck'), { exitCode: 7 })
      },
    },
    disk: {
      async run(_, { disks }) {
        await disks.keepStateOn('volume')
        return undefined
      },
    },
    set: {
      async run(options, { variables }) {
        const { name, value } = options as { readonly name: string; readonly value: string }
        variables.set(name, value)
        return undefined
      },
    },
    slow: { run: async () => sleep(5000, 0, { ref: false }) },
    restart: {
      async run(_, { restart }) {
        restart('installedSystem')
        return undefined
      },
    },
  }
  return { computer: fakeComputer({ system: fakeSystem({ volume: folder }) }), folder, done, steps }
}

const key = stateKey(Buffer.from('environment'))
const stateWith = (nodes: readonly CompiledNode[]): SequenceState => ({
  formatVersion: 1,
  descriptor: descriptor({ type: 'standalone' }),
  sequence: {
    formatVersion: 1,
    name: 'Deploy',
    description: '',
    nodes,
    catalogue: { applications: {}, packages: {} },
  },
  next: 0,
  interruptions: 0,
  environment: 'bootImage',
  variables: [],
  contents: [],
})

async function run(
  { computer, steps }: Ground,
  state: SequenceState,
  more: Partial<SequenceRun> = {},
): Promise<SequenceResult> {
  return await runSequence({
    computer,
    state,
    key,
    variables: variablesOf(state, computer.masker.add),
    steps,
    stepsFile: '/nowhere/steps.mjs',
    environment: 'bootImage',
    identity: await computer.system.identity(),
    volumes: async () => [],
    medium: '/dev/sr0',
    ...more,
  })
}

test('steps run in order with their variables, and a step whose condition is false is skipped', async t => {
  const place = ground()
  const nodes = [
    step('Set', 'set', { name: 'Role', value: 'desk' }),
    step('Say', 'say', { text: 'a %Role%' }),
    group('Never', 4, { condition: { variable: 'Role', equals: 'server' } }),
    step('Not', 'say'),
    step('Elsewhere', 'say', {}, { runIn: ['installedSystem'] }),
    step('Last', 'say', {}, { condition: { variable: '_SMSTSLastActionName', equals: 'Say' } }),
  ]
  t.deepEqual(await run(place, stateWith(nodes)), { kind: 'succeeded' })
  t.deepEqual(place.done, ['a desk', 'Last'])
  t.regex(place.computer.console.shown, /\[2\/5\] Say\n/)
  t.regex(place.computer.console.shown, /bootwright: step 3\/5 Not skipped|bootwright: step 4\/5 Elsewhere skipped/)
})

test('a failed step ends the sequence with its exit code and message, unless it or its group continues on error', async t => {
  const place = ground()
  const failed = await run(place, stateWith([step('A', 'say'), step('B', 'fail'), step('C', 'say')]))
  t.deepEqual(failed, { kind: 'failed', step: 'B', exitCode: 7, message: 'no luck' })
  t.deepEqual(place.done, ['A'])
  const own = ground()
  const flagged = step('B', 'fail', {}, { continueOnError: true })
  t.deepEqual(await run(own, stateWith([flagged, step('C', 'say')])), { kind: 'succeeded' })
  t.deepEqual(own.done, ['C'])
  const around = ground()
  const nodes = [group('G', 3, { continueOnError: true }), step('B', 'fail'), step('Not', 'say'), step('C', 'say')]
  t.deepEqual(await run(around, stateWith(nodes)), { kind: 'succeeded' })
  t.deepEqual(around.done, ['C'])
})

test('exit codes, retries, time limits and missing step programs determine the result', async t => {
  const place = ground()
  t.like(await run(place, stateWith([step('A', 'code', { code: 5 })])), { kind: 'failed', exitCode: 5 })
  t.like(await run(place, stateWith([step('A', 'code', { code: 5 }, { successCodes: [5] })])), { kind: 'succeeded' })
  const again = step('A', 'code', { code: 5 }, { retry: { count: 2, delay: 3 } })
  t.like(await run(place, stateWith([again])), { kind: 'failed', exitCode: 5 })
  t.deepEqual(place.computer.slept, [3000, 3000])
  t.like(await run(place, stateWith([step('A', 'slow', {}, { timeout: 0.05 })])), { kind: 'failed', exitCode: 258 })
  t.like(await run(place, stateWith([step('A', 'gone')])), { kind: 'failed', exitCode: 1 })
})

test('secrets in the options of a step are masked from then on', async t => {
  const place = ground()
  await run(place, stateWith([step('A', 'say', { text: 'x', password: { secret: 'Tr0ub4dor' } })]))
  t.is(place.computer.masker.mask('is Tr0ub4dor'), 'is ***')
})

test('the sealed state is on the disk from the step that provides a volume, and is removed at the end', async t => {
  const place = ground()
  let during: SequenceState | undefined
  const nodes = [step('Disk', 'disk'), step('Look', 'look')]
  const look: StepProgram = {
    async run() {
      during = await readState(join(place.folder, STATE_FOLDER), key)
      return undefined
    },
  }
  await run({ ...place, steps: { ...place.steps, look } }, stateWith(nodes))
  t.like(during, { next: 1, interruptions: 1 })
  await t.throwsAsync(readState(join(place.folder, STATE_FOLDER), stateKey(Buffer.from('other'))))
  t.false(readdirSync(join(place.folder, STATE_FOLDER)).includes('state'))
})

test('after a power cut the interrupted step runs again, unless it was interrupted too often', async t => {
  const place = ground()
  const nodes = [step('Disk', 'disk'), step('Cut', 'cut'), step('Last', 'say')]
  const cut: StepProgram = { run: () => new Promise(() => {}) }
  void run({ ...place, steps: { ...place.steps, cut } }, stateWith(nodes))
  const folder = join(place.folder, STATE_FOLDER)
  // Begun for the first time is the step that keeps the state on the disk.
  while (
    !existsSync(join(folder, 'state')) ||
    (await readState(folder, key)).next !== 1 ||
    (await readState(folder, key)).interruptions !== 1
  )
    await sleep(10)
  const state = await readState(folder, key)
  const ended = await run({ ...place, steps: { ...place.steps, cut: place.steps.say! } }, state, { volume: 'volume' })
  t.like(ended, { kind: 'succeeded' })
  t.deepEqual(place.done, ['Cut', 'Last'])
  t.like(await run(place, { ...state, interruptions: 5 }, { volume: 'volume' }), { kind: 'failed', step: 'Cut' })
})

test('the changes of a step are flushed before the state marks it as done', async t => {
  const place = ground()
  const order: string[] = []
  const system = {
    ...place.computer.system,
    async flush() {
      order.push(`flushed with ${(await readState(join(place.folder, STATE_FOLDER), key)).next}`)
    },
  }
  await run(
    { ...place, computer: { ...place.computer, system } },
    stateWith([step('Disk', 'disk'), step('Last', 'say')]),
  )
  t.deepEqual(order, ['flushed with 0', 'flushed with 1'])
})

test('a repartitioned disk contains no state until a step provides a volume again', async t => {
  const place = ground()
  const nodes = [step('Disk', 'disk'), step('Repartition', 'repartition'), step('Restart', 'restart')]
  const repartition: StepProgram = {
    async run(_, { disks }) {
      await disks.release('/dev/sda')
      return undefined
    },
  }
  const ended = await run({ ...place, steps: { ...place.steps, repartition } }, stateWith(nodes))
  t.like(ended, { kind: 'failed', step: 'Restart' })
})

test('a restart saves where to resume, and fails without a volume', async t => {
  const place = ground()
  const nodes = [step('Disk', 'disk'), step('Restart', 'restart'), step('Last', 'say')]
  t.deepEqual(await run(place, stateWith(nodes)), { kind: 'restart', into: 'installedSystem', volume: 'volume' })
  const folder = join(place.folder, STATE_FOLDER)
  const state = await readState(folder, key)
  t.like(state, { next: 2, interruptions: 0, environment: 'installedSystem' })
  t.deepEqual(await run(place, state, { environment: 'installedSystem', folder }), { kind: 'succeeded' })
  t.deepEqual(place.done, ['Last'])
  t.like(await run(place, stateWith([step('Restart', 'restart')])), { kind: 'failed', step: 'Restart' })
})

test('exit code 3010 restarts into the same environment, and scripts request a restart or a rerun by variables', async t => {
  const place = ground()
  t.like(await run(place, stateWith([step('Disk', 'disk'), step('A', 'code', { code: 3010 })])), {
    kind: 'restart',
    into: 'bootImage',
  })
  const asks: StepProgram = {
    async run(_, { variables }) {
      variables.set('SMSTSRebootRequested', 'HD')
      variables.set('SMSTSRetryRequested', 'true')
      return undefined
    },
  }
  const other = ground()
  const ended = await run(
    { ...other, steps: { ...other.steps, asks } },
    stateWith([step('Disk', 'disk'), step('A', 'asks')]),
  )
  t.like(ended, { kind: 'restart', into: 'installedSystem' })
  const state = await readState(join(other.folder, STATE_FOLDER), key)
  t.is(state.next, 1)
  t.false(state.variables.some(({ name }) => name === 'SMSTSRebootRequested'))
})

test('a long sequence reaches its first step quickly', async t => {
  const place = ground()
  const nodes = Array.from({ length: 500 }, (_, index) => step(`step ${index}`, 'say'))
  writeFileSync(join(place.folder, 'x'), '')
  const started = performance.now()
  await run(place, stateWith(nodes), { variables: createVariables({}) })
  t.log(`500 steps in ${(performance.now() - started).toFixed(0)} ms`)
  t.is(place.done.length, 500)
})
