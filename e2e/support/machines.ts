import { availableParallelism } from 'node:os'
import { type Machine, type MachineOptions, startMachine } from '@bootwright/virtual-machine'
import type { ExecutionContext } from 'ava'
import { waitedFor } from '../../scripts/test-record.ts'
import { acceleratorOf } from './accelerator.ts'
import { hold } from './hold.ts'

/** An emulated machine keeps one processor busy. */
const SLOTS = Array.from({ length: availableParallelism() }, (_, index) => `machine-${index}`)
/** Shorter waits are not reported. */
const LEAST_WAIT_SECONDS = 1

/** Does what needs a machine as soon as there may be one more on this computer, whatever test has the others. */
export async function onMachine<T>(t: ExecutionContext, work: () => Promise<T>): Promise<T> {
  const asked = performance.now()
  using _held = await hold(SLOTS)
  const waited = (performance.now() - asked) / 1000
  if (waited > LEAST_WAIT_SECONDS) t.log(waitedFor(waited))
  return await work()
}

/**
 * A machine as fast as this computer can play it. With one processor: two would start a lone medium in 14.9 seconds instead of 17.3, at 4 %
 * more work, but machines are seldom alone.
 */
export async function start(options: MachineOptions): Promise<Machine> {
  const { BOOTWRIGHT_TEST_DISPLAY: display } = process.env
  const extra = [...(display ? ['-display', display] : []), ...(options.extra ?? [])]
  return await startMachine({ accelerator: await acceleratorOf(options.image), ...options, extra })
}
