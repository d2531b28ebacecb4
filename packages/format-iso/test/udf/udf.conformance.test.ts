import { execFileSync } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type Entry, fromFile, fromFolder, writeFile } from '@bootwright/bytes'
import { needs, scratch } from '@bootwright/test-support'
import test, { type TestFn } from 'ava'
import { planIso, readUdf } from '../../src/index.ts'
import { BIOS, mbrCode, SAMPLE, UEFI } from '../sample.ts'
import { described, OPTIONS } from '../volume.ts'

const conformance: TestFn = needs(test, 'xorriso', '7z', 'udfinfo', 'mkudffs')
const run = (command: string, ...args: string[]): string =>
  execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })

const tree = new Map<string, Entry>([...SAMPLE].filter(([path]) => !/^n{255}$|^deep/.test(path)))
for (const [name, shape] of Object.entries({
  'that is plain': {},
  'that both boot': { boot: [BIOS, UEFI] },
  'that is a disk for both': { boot: [BIOS, UEFI], hybrid: { seed: 's', mbrCode } },
}))
  conformance(`7z, udfinfo and xorriso agree on an image ${name}`, async t => {
    const folder = scratch()
    const path = join(folder, 'image.iso')
    const { bytes } = planIso(tree, { ...OPTIONS, ...shape, udf: true, label: 'Größe 数据' })
    await writeFile(path, bytes, { durable: false })
    const facts = run('udfinfo', path)
    for (const fact of [
      'lvid=Größe 数据',
      'udfrev=1.02',
      'integrity=closed',
      'accesstype=readonly',
      'start=256, blocks=1, type=ANCHOR',
    ])
      t.true(facts.includes(fact), `${fact} in ${facts}`)
    t.is(facts.match(/type=ANCHOR/g)!.length, 2)
    const tested = run('7z', 't', '-tudf', path)
    t.regex(tested, /^Everything is Ok$/m)
    // The backup of the GPT is behind the last that UDF knows of.
    const told = tested.match(/^(warning|error|there are).*$/gim) ?? []
    t.deepEqual(
      [...new Set(told)],
      'hybrid' in shape ? ['WARNINGS:', 'There are data after the end of archive', 'Warnings: 1'] : [],
    )
    run('7z', 'x', '-tudf', `-o${join(folder, 'out')}`, path)
    const out = await described(await fromFolder(join(folder, 'out')))
    for (const [name, entry] of tree) {
      if (entry.kind !== 'file' || name === BIOS.path) continue
      const { content } = (await readUdf(bytes)).tree.get(name) as typeof entry
      t.true(name in out, name)
      t.is(readFileSync(join(folder, 'out', name)).length, content.size)
    }
    rmSync(join(folder, 'out'), { recursive: true })
    run('xorriso', '-osirrox', 'on', '-indev', path, '-extract', '/', join(folder, 'out'))
    t.true('link' in (await described(await fromFolder(join(folder, 'out')))))
  })
conformance('an empty volume that mkudffs made is read', async t => {
  for (const revision of ['0x0102', '0x0150', '0x0201']) {
    const path = join(scratch(), 'theirs.udf')
    run('truncate', '-s', '20M', path)
    run('mkudffs', '--utf8', '--label=Theirs', '--media-type=hd', '--blocksize=2048', `--udfrev=${revision}`, path)
    const { label, revision: found, tree } = await readUdf(await fromFile(path))
    t.is(label, 'Theirs')
    t.is(found, `${revision[3]}.${revision.slice(4)}`)
    t.is(tree.size, 0)
  }
})
