// Compares format-wim with wimlib-imagex on the same tree, in turns, in one run. Ratios are what counts: machines differ.
import { execFileSync, spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const { values } = parseArgs({
  options: {
    tree: { type: 'string', default: '/usr/bin' },
    large: { type: 'string', default: '/usr' },
    inject: { type: 'string', default: '/usr/lib/python3' },
    rounds: { type: 'string', default: '3' },
    folder: { type: 'string', default: fileURLToPath(new URL('../../out/bench-wim', import.meta.url)) },
  },
})
const runner = fileURLToPath(new URL('wim-run.ts', import.meta.url))
const at = (name: string): string => join(values.folder, name)
mkdirSync(values.folder, { recursive: true })

function seconds(file: string, args: readonly string[]): number {
  const started = performance.now()
  const { status, stderr } = spawnSync(file, args, { stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' })
  if (status !== 0) throw new Error(`${file} ${args.join(' ')} ended with ${status}: ${stderr.slice(-2000)}`)
  return (performance.now() - started) / 1000
}
const ours = (...args: string[]): number => seconds(process.execPath, [runner, ...args])
const theirs = (...args: string[]): number => seconds('wimlib-imagex', args)
const median = (all: readonly number[]): number => all.toSorted((a, b) => a - b)[all.length >> 1]!

/** Runs each in turns, and prints what the others take compared with the last. */
function compare(what: string, runs: Readonly<Record<string, () => number>>): void {
  const measured = Object.fromEntries(Object.keys(runs).map(name => [name, [] as number[]]))
  for (let round = 0; round < Number(values.rounds); round++)
    for (const [name, run] of Object.entries(runs)) measured[name]!.push(run())
  const medians = Object.entries(measured).map(([name, all]) => [name, median(all)] as const)
  const [, peer] = medians.at(-1)!
  const columns = medians.map(([name, time]) => `${name} ${time.toFixed(2)} s (${(peer / time).toFixed(2)} x)`)
  console.log(`${what.padEnd(28)} ${columns.join('   ')}`)
}

const sizeOf = (name: string): string => `${(statSync(at(name)).size / 1e6).toFixed(2)} MB`
console.log(`tree ${values.tree}; rates in brackets are compared with the last of the line`)
for (const compression of ['none', 'xpress', 'lzx', 'lzms']) {
  const file = at(`${compression}.wim`)
  if (!existsSync(file)) theirs('capture', values.tree, file, 'bench', `--compress=${compression}`)
  compare(`verify, ${compression}`, { ours: () => ours('verify', file), wimlib: () => theirs('verify', file) })
}
for (const [name, level] of [
  ['xpress', 'xpress'],
  ['lzx', 'lzx:20'],
] as const)
  for (const threads of ['1', '2']) {
    const [our, their] = [at('ours.wim'), at('theirs.wim')]
    compare(`capture, ${level}, ${threads} threads`, {
      ours: () => ours('capture', values.tree, our, name, threads),
      wimlib: () =>
        theirs('capture', values.tree, their, 'bench', '--unix-data', `--compress=${level}`, `--threads=${threads}`),
    })
    console.log(`${' '.repeat(28)} ours ${sizeOf('ours.wim')}, wimlib ${sizeOf('theirs.wim')}`)
  }

const boot = at('boot.wim')
if (!existsSync(boot)) theirs('capture', values.large, boot, 'boot', '--compress=lzx:20')
rmSync(at('store'), { recursive: true, force: true })
const first = ours('inject', boot, values.inject, at('ours.iso'), at('store'))
console.log(`inject into ${sizeOf('boot.wim')} and write the image, nothing compressed before: ${first.toFixed(2)} s`)
compare('inject and write the image', {
  'ours, compressed before': () => ours('inject', boot, values.inject, at('ours.iso'), at('store')),
  'cp of the result': () => seconds('cp', [at('ours.iso'), at('copy.iso')]),
  'wimlib update, xorriso': () => {
    rmSync(at('sources'), { recursive: true, force: true })
    mkdirSync(at('sources'))
    const copying = performance.now()
    copyFileSync(boot, at('sources/boot.wim'))
    const copied = (performance.now() - copying) / 1000
    const update = theirs('update', at('sources/boot.wim'), '1', `--command=add '${values.inject}' '/Bootwright'`)
    const arguments_ = [
      '-as',
      'mkisofs',
      '-quiet',
      '-iso-level',
      '3',
      '-R',
      '-J',
      '-o',
      at('theirs.iso'),
      at('sources'),
    ]
    return copied + update + seconds('xorriso', arguments_)
  },
})
console.log(execFileSync(process.execPath, ['--expose-gc', runner, 'memory', boot], { encoding: 'utf8' }).trim())
