import { appendFileSync } from 'node:fs'
import { appendFile, mkdir, readFile, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { Level, LogEntry, LogFiles } from './report.ts'

/** The same log twice: JSON, one entry a line, and the plain file that people in the field know and have viewers for. */
export function logFiles(json: string): LogFiles {
  let files = { json, plain: join(dirname(json), 'smsts.log') }
  return {
    write(entry) {
      append(files.json, `${JSON.stringify(entry)}\n`)
      append(files.plain, plainLine(entry))
    },
    folder: () => dirname(files.json),
    async moveTo(folder) {
      const next = { json: join(folder, basename(files.json)), plain: join(folder, basename(files.plain)) }
      if (next.json === files.json) return
      try {
        await mkdir(folder, { recursive: true })
        // Behind what is there: a sequence that goes on has logs of its own before.
        await appendFile(next.json, await readFile(files.json))
        await appendFile(next.plain, await readFile(files.plain))
        const before = files
        files = next
        for (const path of [before.json, before.plain]) await rm(path, { force: true })
      } catch {
        // A log that cannot be written there goes on where it is.
      }
    },
  }
}

const TYPES: Readonly<Record<Level, number>> = { debug: 1, info: 1, warn: 2, error: 3 }

/** As Configuration Manager writes smsts.log, and CMTrace reads it. */
function plainLine({ time, level, message }: LogEntry): string {
  const [date, clock] = time.replace('Z', '').split('T') as [string, string]
  const [year, month, day] = date.split('-')
  return `<![LOG[${message}]LOG]!><time="${clock}+000" date="${month}-${day}-${year}" component="TSManager" context="" type="${TYPES[level]}" thread="0" file="">\r\n`
}

/** A log that cannot be written does not stop the agent. */
function append(path: string, text: string): void {
  try {
    appendFileSync(path, text, { mode: 0o600 })
  } catch {}
}
