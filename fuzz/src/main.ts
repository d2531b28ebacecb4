import { fork } from 'node:child_process'
import { parseArgs } from 'node:util'
import { formats } from './formats.ts'
import { fuzz } from './fuzz.ts'

/** Of memory, in bytes. */
const MOST_MEMORY = 512 << 20
/** Milliseconds without a sign of life. */
const HANGS_AFTER = 20_000
const WATCHED_EVERY = 100

const { values } = parseArgs({
  options: {
    format: { type: 'string', multiple: true },
    count: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    first: { type: 'string', default: '0' },
    child: { type: 'boolean', default: false },
  },
})
const names = values.format ?? Object.keys(formats)
const [count, seed, first] = [values.count, values.seed, values.first].map(Number) as [number, number, number]

if (values.child) await runChild(names[0]!)
else process.exitCode = await runAll()

async function runChild(format: string): Promise<void> {
  let last = 0
  const result = await fuzz({
    format,
    seed,
    first,
    count,
    onImage(number) {
      const now = performance.now()
      if (now - last < WATCHED_EVERY) return
      last = now
      process.send!({ number })
    },
  })
  const findings = result.findings.map(({ number, error }) => ({
    number,
    error: (error as Error)?.stack ?? String(error),
  }))
  process.send!({ ...result, findings, memory: process.resourceUsage().maxRSS * 1024 })
}

async function runAll(): Promise<number> {
  let faults = 0
  for (const format of names) faults += await runOne(format, Math.ceil(count / names.length))
  return faults === 0 ? 0 : 1
}

/** Each format in a process of its own, whose memory is measured, and which is ended when it hangs. */
function runOne(format: string, images: number): Promise<number> {
  const args = ['--child', '--format', format, '--count', `${images}`, '--seed', `${seed}`, '--first', `${first}`]
  const child = fork(process.argv[1]!, args)
  let number = first
  let result: (Awaited<ReturnType<typeof fuzz>> & { readonly memory: number }) | undefined
  let watchdog = setTimeout(() => child.kill('SIGKILL'), HANGS_AFTER)
  child.on('message', message => {
    clearTimeout(watchdog)
    watchdog = setTimeout(() => child.kill('SIGKILL'), HANGS_AFTER)
    if ('memory' in (message as object)) result = message as typeof result
    else ({ number } = message as { number: number })
  })
  return new Promise(resolve => {
    child.on('close', code => {
      clearTimeout(watchdog)
      if (!result) {
        console.log(
          `${format}: ended with ${code} at or soon after image ${number} of seed ${seed}: it hangs, or takes too much memory`,
        )
        return resolve(1)
      }
      const { read, refused, findings, slowest, memory } = result
      console.log(
        `${format}: seed ${seed}, ${read} read, ${refused} refused, ${findings.length} findings, slowest ${slowest.toFixed(0)} ms, peak ${(memory / 2 ** 20).toFixed(0)} MiB`,
      )
      for (const finding of findings.slice(0, 5)) console.log(`  image ${finding.number}: ${finding.error}`)
      resolve(findings.length + Number(memory > MOST_MEMORY))
    })
  })
}
