import type { SiteClient, StepProgress } from '@bootwright/site-protocol'
import type { Computer } from '../ui/computer.ts'
import type { ProgressLine } from '../ui/progress.ts'
import type { LogEntry } from '../ui/report.ts'
import type { SiteState } from './site-state.ts'

export interface LiveProgress extends ProgressLine, Disposable {
  /** Sends the current progress at once. */
  flush(): Promise<void>
}

/** Milliseconds: hundreds of computers may report to one site. */
const INTERVAL = 5000
/** Sent even without news, to show that the computer is alive. Milliseconds. */
const HEARTBEAT = 60_000
const LINES = 20
const LINE_LIMIT = 500

/**
 * Sends the progress of a step and the end of the log to the site. Unlike status messages, lost updates are not repeated: the next one
 * replaces them.
 */
export function liveProgress(
  { report }: Pick<Computer, 'report'>,
  client: SiteClient,
  { run, client: own }: Pick<SiteState, 'run' | 'client'>,
): LiveProgress {
  const tail: string[] = []
  let progress: Pick<StepProgress, 'done' | 'total' | 'unit'> = {}
  let timer: NodeJS.Timeout | undefined
  let isOver = false
  let isDue = false

  const send = async (): Promise<void> => {
    // Errors are ignored: the status queue reports an unreachable site.
    await client.request('progress', { run, client: own, ...progress, tail: [...tail] }).catch(() => {})
  }
  /** Sends soon, together with all changes until then. */
  const change = (): void => {
    isDue = true
    if (timer !== undefined || isOver) return
    timer = setTimeout(async () => {
      isDue = false
      await send()
      timer = undefined
      if (isDue) change()
    }, INTERVAL)
    timer.unref()
  }
  const heartbeat = setInterval(send, HEARTBEAT).unref()
  const unfollow = report.subscribe(entry => {
    if (entry.level === 'debug') return
    tail.push(lineOf(entry))
    tail.splice(0, tail.length - LINES)
    change()
  })
  return {
    report(done, total, unit) {
      progress = { done, total, unit }
      change()
    },
    end() {
      progress = {}
    },
    flush: send,
    [Symbol.dispose]() {
      isOver = true
      clearTimeout(timer)
      clearInterval(heartbeat)
      unfollow()
    },
  }
}

const lineOf = ({ time, level, message }: LogEntry): string =>
  `${time.slice(11, 19)} ${level === 'info' ? '' : `${level}: `}${message}`.slice(0, LINE_LIMIT)
