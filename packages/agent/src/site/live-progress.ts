import type { SiteClient, StepProgress } from '@bootwright/site-protocol'
import type { Computer } from '../ui/computer.ts'
import type { ProgressLine } from '../ui/progress.ts'
import type { LogEntry } from '../ui/report.ts'
import type { SiteState } from './site-state.ts'

export interface LiveProgress extends ProgressLine, Disposable {
  /** Shows what there is, once, at once. */
  flush(): Promise<void>
}

/** Milliseconds: hundreds of computers may tell the same site. */
const INTERVAL = 5000
/** Who does something for long, and says nothing, is there all the same. Milliseconds. */
const HEARTBEAT = 60_000
const LINES = 20
const LINE_LIMIT = 500

/**
 * Shows the site how far a step is, and the end of the log. Unlike status messages it is not kept: what is not delivered is overtaken by what
 * comes next.
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
    // A site that cannot be reached is told of by who delivers status messages.
    await client.request('progress', { run, client: own, ...progress, tail: [...tail] }).catch(() => {})
  }
  /** Soon, and at once what else changes until then. */
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
