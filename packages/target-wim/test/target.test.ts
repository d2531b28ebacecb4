import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Library, TargetWriteRequest } from '@bootwright/api'
import { type Bytes, digest, type Entry, fromFile, fromMemory, read, type Tree } from '@bootwright/bytes'
import { needs, scratch } from '@bootwright/test-support'
import ava from 'ava'
import { schema, type WimTargetOptions } from '../src/options.ts'
import { wimReader } from '../src/reader.ts'
import { wimTarget } from '../src/target.ts'

const test = needs(ava, 'wimlib-imagex')
const file = (content: string | Uint8Array): Entry => ({ kind: 'file', content: fromMemory(content) })
const tree: Tree = new Map([
  ['content/large', file('compressed well '.repeat(200_000))],
  ['content/small', file('small')],
  ['bootwright/medium.json', file('{}')],
])
const medium = {
  id: '4b1fbc4a-0000-8000-8000-000000000000',
  name: 'factory',
  type: 'prestaged',
  label: 'Factory',
  date: new Date('2026-11-24T00:00:00Z'),
  canSpan: false,
  boot: { tree: new Map(), uefi: { systemPartition: new Map([['EFI/BOOT/BOOTX64.EFI', file('MZ')]]) } },
  tree,
} as const
function libraryOf(): Library & { readonly made: string[] } {
  const kept = new Map<string, Bytes>()
  const made: string[] = []
  return {
    made,
    artifact: () => Promise.reject(new Error('asked for an artifact')),
    toolFolder: () => Promise.reject(new Error('asked for a folder')),
    async file(key, make) {
      const name = JSON.stringify(key)
      const known = kept.get(name)
      if (known) return known
      made.push(name)
      const copy = fromMemory(await read(await make()))
      kept.set(name, copy)
      return copy
    },
  }
}
const digests = { get: async () => undefined, set: async () => {} }
const request = (options: WimTargetOptions, folder: string): TargetWriteRequest<WimTargetOptions> => ({
  options,
  folder,
  overwrite: false,
  update: false,
  verify: true,
  attest: false,
  medium,
  signal: new AbortController().signal,
  progress: { start: () => ({ report() {}, end() {} }) },
  log: { debug() {}, info() {}, warn() {} },
  secret: () => Promise.reject(new Error('there is none')),
})
async function written(compression: WimTargetOptions['compression'], library = libraryOf()): Promise<string> {
  const asked = request({ file: 'out/factory.wim', compression }, scratch())
  const target = wimTarget(digests, library)
  await target.write(await target.plan(asked), asked)
  return join(asked.folder, 'out/factory.wim')
}

for (const compression of ['none', 'xpress', 'lzx'] as const)
  test(`a medium as a WIM with ${compression} is applied by wimlib, with what UEFI starts`, async t => {
    const path = await written(compression)
    const applied = scratch()
    execFileSync('wimlib-imagex', ['apply', path, '1', applied], { stdio: 'pipe' })
    for (const [name, entry] of tree)
      if (entry.kind === 'file') t.true(readFileSync(join(applied, name)).equals(await read(entry.content)), name)
    t.true(existsSync(join(applied, 'EFI/BOOT/BOOTX64.EFI')))
    t.is(statSync(path).size > 3e6, compression === 'none')
  })
test('it is recognised, and what is no WIM is not', async t => {
  const opened = await wimReader.open(await fromFile(await written('lzx')))
  t.like(opened, { label: 'Factory', boot: ['UEFI, when it is applied to a disk'], facts: { compression: 'lzx' } })
  for (const path of tree.keys()) t.true(opened!.tree.has(path))
  const other = join(scratch(), 'other')
  writeFileSync(other, 'no WIM, but long enough to be the header of one if it were '.repeat(10))
  t.is(await wimReader.open(await fromFile(other)), undefined)
})
test('what was compressed once is not compressed again, and the result is the same', async t => {
  const library = libraryOf()
  const [first, second] = [await written('xpress', library), await written('xpress', library)]
  t.is(library.made.length, 1)
  t.is(await digest(await fromFile(first)), await digest(await fromFile(second)))
})
test('the file is its one output, and other compressions are refused', t => {
  const target = wimTarget(digests, libraryOf())
  t.deepEqual(target.outputs({ file: 'a.wim', compression: 'lzx' }, { folder: '/x' }), ['/x/a.wim'])
  t.is(schema.parse({ file: 'a.wim' }).compression, 'xpress')
  t.throws(() => schema.parse({ file: 'a.wim', compression: 'lzms' }))
})
