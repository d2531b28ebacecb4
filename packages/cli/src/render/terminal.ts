import type { BuildEvent } from '@bootwright/core'
import pc from 'picocolors'
import stringWidth from 'string-width'
import type { Io } from '../io.ts'
import { logLine } from './plain.ts'
import type { Renderer } from './renderer.ts'
import { formatBytes, formatDuration } from './units.ts'

const REDRAW_EVERY = 100
const BAR_WIDTH = 24
/** Of a terminal that does not say how wide it is, or that it is 0. */
const DEFAULT_COLUMNS = 80
const HIDE_CURSOR = '\u001b[?25l'
const SHOW_CURSOR = '\u001b[?25h'
const CLEAR_LINE = '\r\u001b[2K'

type ProgressEvent = BuildEvent & { readonly type: 'progress' }
interface Task {
  readonly started: number
  event: ProgressEvent
}

/** One line that shows the newest running task, with rate and remaining time, under the messages so far. */
export function terminalRenderer(io: Io, verbose: boolean): Renderer {
  const tasks = new Map<number, Task>()
  const out = io.stderr
  const colors = pc.createColors(!io.env.NO_COLOR)
  const now = (): number => io.now().getTime()
  const draw = (): void => {
    const task = [...tasks.values()].at(-1)
    out.write(CLEAR_LINE + (task ? cutTo(lineOf(task, now()), (out.columns || DEFAULT_COLUMNS) - 1) : ''))
  }
  const print = (line: string): void => void out.write(`${CLEAR_LINE}${line}\n`)
  const timer = setInterval(draw, REDRAW_EVERY)
  timer.unref()
  out.write(HIDE_CURSOR)
  let isClosed = false
  return {
    show(event) {
      if (event.type === 'progress') {
        const known = tasks.get(event.id)
        if (event.state === 'end') {
          tasks.delete(event.id)
          print(`${colors.green('done')} ${event.task}`)
        } else if (known) known.event = event
        else tasks.set(event.id, { started: now(), event })
      } else if (event.type === 'log') {
        const line = logLine(event, verbose)
        if (line !== undefined) print(event.level === 'warn' ? colors.yellow(line) : line)
      } else if (verbose && event.state === 'start') print(colors.dim(`${event.medium}: ${event.phase}`))
      draw()
    },
    [Symbol.dispose]() {
      // What is printed afterwards must stay.
      if (isClosed) return
      isClosed = true
      clearInterval(timer)
      out.write(CLEAR_LINE + SHOW_CURSOR)
    },
  }
}

function lineOf({ started, event: { task, done, total, unit } }: Task, now: number): string {
  const amount = (value: number): string => (unit === 'bytes' ? formatBytes(value) : String(value))
  if (!total) return done === 0 ? `${task} …` : `${task} ${amount(done)}`
  const fraction = Math.min(1, done / total)
  const filled = Math.round(fraction * BAR_WIDTH)
  const seconds = (now - started) / 1000
  const rate = seconds > 0 ? done / seconds : 0
  const rest = rate > 0 ? ` ${amount(rate)}/s, ${formatDuration((total - done) / rate)} left` : ''
  const bar = `${'█'.repeat(filled)}${'░'.repeat(BAR_WIDTH - filled)}`
  return `${bar} ${String(Math.floor(fraction * 100)).padStart(3)} % ${amount(done)} of ${amount(total)}${unit === 'bytes' ? rest : ''} ${task}`
}

function cutTo(line: string, width: number): string {
  let kept = line
  while (kept !== '' && stringWidth(kept) > width) kept = kept.slice(0, -1)
  return kept
}
