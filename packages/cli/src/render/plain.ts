import type { Writable } from 'node:stream'
import type { BuildEvent } from '@bootwright/core'
import type { Renderer } from './renderer.ts'
import { formatBytes } from './units.ts'

/** Lines that make sense in a file: where each stage and task begins, a task at every quarter, no control characters. */
export function plainRenderer(out: Writable, verbose: boolean): Renderer {
  const quarters = new Map<number, number>()
  return {
    show(event) {
      for (const line of linesOf(event, verbose, quarters)) out.write(`${line}\n`)
    },
    [Symbol.dispose]() {},
  }
}

function linesOf(event: BuildEvent, verbose: boolean, quarters: Map<number, number>): string[] {
  if (event.type === 'log') {
    const line = logLine(event, verbose)
    return line === undefined ? [] : [line]
  }
  if (event.type === 'phase') return verbose && event.state === 'start' ? [`${event.medium}: ${event.phase}`] : []
  const { id, state, task, done, total, unit } = event
  if (state === 'start') return [total && unit === 'bytes' ? `${task} (${formatBytes(total)})` : task]
  if (state === 'end') return []
  const quarter = total ? Math.floor((done / total) * 4) : 0
  if (quarter === 0 || quarter === 4 || quarter === quarters.get(id)) return []
  quarters.set(id, quarter)
  return [`${task}: ${quarter * 25} %`]
}

/** How a message is shown, when it is shown. */
export function logLine(event: BuildEvent & { type: 'log' }, verbose: boolean): string | undefined {
  if (event.level === 'warn') return `warning: ${event.message}`
  if (event.level === 'info') return event.message
  return verbose ? `[${event.plugin}] ${event.message}` : undefined
}
