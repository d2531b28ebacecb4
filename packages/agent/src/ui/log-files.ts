import { appendFileSync } from 'node:fs'
import { appendFile, mkdir, readFile, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { Level, LogEntry, LogFiles } from './report.ts'

/** Two log files: JSON lines, and `smsts.log` for CMTrace. */
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
        // Appended: a resumed sequence already has logs there.
        await appendFile(next.json, await readFile(files.json))
        await appendFile(next.plain, await readFile(files.plain))
        const before = files
        files = next
        for (const path of [before.json, before.plain]) await rm(path, { force: true })
      } catch {
        // When the folder cannot be written, the log stays where it is.
      }
    },
  }
}

const TYPES: Readonly<Record<Level, number>> = { debug: 1, info: 1, warn: 2, error: 3 }

/** A line of smsts.log, in the format of Configuration Manager and CMTrace. */
function plainLine({ time, level, message }: LogEntry): string {
  const [date, clock] = time.replace('Z', '').split('T') as [string, string]
  const [year, month, day] = date.split('-')
  return `<![LOG[${message}]LOG]!><time="${clock}+000" date="${month}-${day}-${year}" component="TSManager" context="" type="${TYPES[level]}" thread="0" file="">\r\n`
}

/** Ignores errors: a log that cannot be written does not stop the agent. */
function append(path: string, text: string): void {
  try {
    appendFileSync(path, text, { mode: 0o600 })
  } catch {}
}
