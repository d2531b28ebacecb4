import type { Log, Progress } from '@bootwright/api'
import type { BuildEvent, Emit } from './events.ts'

/** What plugins report through. */
export interface Reports {
  log(plugin: string): Log
  progress(plugin: string): Progress
}

/** Turns what is reported into events. The ids of tasks count from 1. */
export function reportsTo(emit: Emit): Reports {
  let lastTask = 0
  return {
    log(plugin) {
      const at = (level: (BuildEvent & { type: 'log' })['level']) => (message: string) =>
        emit({ type: 'log', level, plugin, message: String(message) })
      return { debug: at('debug'), info: at('info'), warn: at('warn') }
    },
    progress: plugin => ({
      start(task, total, unit = 'items') {
        lastTask += 1
        const about = { type: 'progress', id: lastTask, plugin, task, total, unit } as const
        let done = 0
        emit({ ...about, state: 'start', done })
        return {
          report(now) {
            const before = shareOf(done, total)
            done = Number.isFinite(now) ? Math.max(0, now) : done
            // A share that nobody can see to have changed is not worth an event.
            if (total === undefined || shareOf(done, total) !== before) emit({ ...about, state: 'update', done })
          },
          end: () => emit({ ...about, state: 'end', done }),
        }
      },
    }),
  }
}

/** In steps of one half percent. */
const shareOf = (done: number, total = 0): number => (total > 0 ? Math.floor((done / total) * 200) : done)
