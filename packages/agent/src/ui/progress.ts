import type { Terminal } from './terminal.ts'

const INTERVAL_MILLISECONDS = 1000
/** The remaining time is not estimated before this. */
const SHORTEST_SECONDS = 3

/** A progress line that overwrites itself. */
export interface ProgressLine {
  report(done: number, total: number, unit: 'bytes' | 'items' | 'percent'): void
  /** Ends the line, so that other text can follow. */
  end(): void
}

export const combineProgress = (one: ProgressLine, other: ProgressLine): ProgressLine => ({
  report(...about) {
    one.report(...about)
    other.report(...about)
  },
  end() {
    one.end()
    other.end()
  },
})

export function progressLine(terminal: Pick<Terminal, 'print'>, now: () => number): ProgressLine {
  let shownAt = Number.NEGATIVE_INFINITY
  let started: number | undefined
  let width = 0
  return {
    report(done, total, unit) {
      const time = now()
      started ??= time
      if (time - shownAt < INTERVAL_MILLISECONDS) return
      shownAt = time
      const text = describe(done, total, unit, (time - started) / 1000)
      terminal.print(`\r${text.padEnd(width)}`)
      width = text.length
    },
    end() {
      if (width > 0) terminal.print('\n')
      width = 0
      started = undefined
      shownAt = Number.NEGATIVE_INFINITY
    },
  }
}

function describe(done: number, total: number, unit: 'bytes' | 'items' | 'percent', seconds: number): string {
  const percent = total > 0 ? `${Math.floor((done / total) * 100)} %` : ''
  const remaining =
    seconds >= SHORTEST_SECONDS && done > 0 ? `, ${clock(Math.ceil((seconds / done) * (total - done)))} left` : ''
  const rate = seconds > 0 ? `, ${(done / seconds / 1e6).toFixed(1)} MB/s` : ''
  if (unit === 'bytes') return `  ${percent}  ${megabytes(done)} of ${megabytes(total)}${rate}${remaining}`
  return unit === 'items' ? `  ${percent}  ${done} of ${total}${remaining}` : `  ${percent}${remaining}`
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`
const clock = (seconds: number): string => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
