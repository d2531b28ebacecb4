// Compares a build with `cp` and with xorriso on the same content, in turns, in one run. Ratios are what counts: machines differ.
import { spawn } from 'node:child_process'
import { randomFillSync } from 'node:crypto'
import { promises as fs } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const { values } = parseArgs({
  options: {
    size: { type: 'string', default: '2048' },
    rounds: { type: 'string', default: '5' },
    folder: { type: 'string', default: fileURLToPath(new URL('../../out/bench', import.meta.url)) },
  },
})
const root = fileURLToPath(new URL('../..', import.meta.url))
const folder = resolve(values.folder)
const MiB = 1 << 20

interface Measured {
  /** Wall time of the whole process in seconds. */
  readonly seconds: number
  /** Peak resident memory in MiB; of our own builds only. */
  readonly peak?: number
}

async function measure(file: string, args: readonly string[]): Promise<Measured> {
  const started = performance.now()
  const child = spawn(file, args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe', 'pipe'] })
  let errors = ''
  let report = ''
  child.stderr?.on('data', chunk => (errors += chunk))
  child.stdio[3]?.on('data', chunk => (report += chunk))
  const code = await new Promise<number | null>((done, fail) => child.on('error', fail).on('close', done))
  if (code !== 0) throw new Error(`${file} ended with ${code}: ${errors.slice(-2000)}`)
  return { seconds: (performance.now() - started) / 1000, ...(report && { peak: Number(report) / 1024 }) }
}

/** Files of several sizes that no file system or processor can make smaller. */
async function makeContent(name: string, size: number): Promise<void> {
  await fs.mkdir(join(folder, name), { recursive: true })
  const buffer = Buffer.allocUnsafe(MiB)
  const fileSize = Math.max(1, Math.floor(size / 64))
  for (let index = 0; index * fileSize < size; index += 1) {
    const handle = await fs.open(join(folder, name, `file-${String(index).padStart(3, '0')}.bin`), 'w')
    for (let done = 0; done < fileSize; done += 1) await handle.write(randomFillSync(buffer))
    await handle.close()
  }
}

async function writeDefinition(content: string, image: string): Promise<string> {
  const file = join(folder, `${image}.json`)
  const definition = {
    plugins: ['@bootwright/plugin-bootable', '@bootwright/target-iso'],
    media: {
      bench: {
        type: 'bootable',
        management: 'dynamic',
        managementPoints: [{ url: 'http://mp.example', allowHttp: true }],
        prestart: { command: 'true', files: `./${content}` },
        targets: [{ iso: { file: image } }],
      },
    },
  }
  await fs.writeFile(file, JSON.stringify(definition, null, 2))
  return file
}

const build = (definition: string, ...options: string[]): Promise<Measured> =>
  measure(process.execPath, [
    ...['--import', join(root, 'bench/src/report-peak.mjs'), join(root, 'packages/cli/src/main.ts')],
    ...['--library', join(folder, 'library'), 'build', '-c', definition, '--force', ...options],
  ])

const median = (all: readonly Measured[]): number =>
  all.map(({ seconds }) => seconds).sort((a, b) => a - b)[all.length >> 1]!

/** Something that carries the content somewhere, and what it leaves there. */
interface Contender {
  readonly output: string
  run(): Promise<Measured>
}

async function compare(): Promise<void> {
  await makeContent('content', Number(values.size))
  const cold = await writeDefinition('content', 'cold.iso')
  const warm = await writeDefinition('content', 'warm.iso')
  const mkisofs = ['-as', 'mkisofs', '-quiet', '-iso-level', '3', '-R', '-J', '-o', 'xorriso.iso', 'content']
  const contenders: Record<string, Contender> = {
    cp: { output: 'copy', run: () => measure('cp', ['-r', 'content', 'copy']) },
    'cp, then sync': {
      output: 'synced',
      run: () => measure('sh', ['-c', 'cp -r content synced && sync synced/*']),
    },
    xorriso: { output: 'xorriso.iso', run: () => measure('xorriso', mkisofs) },
    'xorriso, then sync': {
      output: 'xorriso.iso',
      run: () => measure('sh', ['-c', `xorriso ${mkisofs.join(' ')} && sync xorriso.iso`]),
    },
    'bootwright, cold': { output: 'cold.iso', run: () => build(cold, '--no-cache') },
    'bootwright, warm': { output: 'warm.iso', run: () => build(warm) },
  }
  const measured = Object.fromEntries(Object.keys(contenders).map(name => [name, [] as Measured[]]))
  for (let round = 0; round <= Number(values.rounds); round += 1)
    for (const [name, { output, run }] of Object.entries(contenders)) {
      // Each finds the memory that its own last output had just given back.
      await fs.rm(join(folder, output), { recursive: true, force: true })
      const result = await run()
      if (round > 0) measured[name]!.push(result) // the first round warms the page cache
    }
  const [copied, synced] = [measured.cp!, measured['cp, then sync']!].map(median)
  console.log(
    `${values.size} MiB of files, ${values.rounds} rounds in turns, whole processes; outputs of bootwright are synced`,
  )
  console.log(`${'seconds'.padStart(30)}   best   x cp   x cp, then sync   peak MiB`)
  for (const [name, all] of Object.entries(measured)) {
    const best = Math.min(...all.map(({ seconds }) => seconds))
    const ratios = [copied!, synced!].map(base => (median(all) / base).toFixed(2))
    const peak = all[0]?.peak === undefined ? '' : Math.max(...all.map(each => each.peak!)).toFixed(0)
    const columns = [
      median(all).toFixed(2).padStart(10),
      best.toFixed(2).padStart(6),
      ratios[0]!.padStart(6),
      ratios[1]!.padStart(17),
      peak.padStart(10),
    ]
    console.log(name.padEnd(20) + columns.join(' '))
  }
}

async function compareMemory(): Promise<void> {
  for (const size of [200, 8192]) {
    const name = `memory-${size}`
    await fs.mkdir(join(folder, name), { recursive: true })
    const handle = await fs.open(join(folder, name, 'sparse.bin'), 'w')
    await handle.truncate(size * MiB)
    await handle.close()
    const { peak } = await build(await writeDefinition(name, `${name}.iso`), '--no-cache')
    console.log(`peak memory for ${size} MiB: ${peak?.toFixed(0)} MiB`)
    await fs.rm(join(folder, `${name}.iso`))
  }
}

await fs.rm(folder, { recursive: true, force: true })
await fs.mkdir(folder, { recursive: true })
// Plugins are found from the definition's folder, as for any user.
await fs.symlink(join(dirname(fileURLToPath(import.meta.url)), '../node_modules'), join(folder, 'node_modules'))
try {
  await compare()
  await compareMemory()
} finally {
  await fs.rm(folder, { recursive: true, force: true })
}
