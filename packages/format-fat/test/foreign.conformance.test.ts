import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fromFile, fromFolder } from '@bootwright/bytes'
import { needs } from '@bootwright/test-support'
import test, { type TestFn } from 'ava'
import { readFat } from '../src/read/read-fat.ts'
import { run } from './tools.ts'
import { flat } from './trees.ts'

const conformance: TestFn = needs(test, 'mkfs.vfat', 'mcopy', 'mmd', 'mdel')
const folder = mkdtempSync(join(tmpdir(), 'format-fat-foreign-'))
test.after.always(() => rmSync(folder, { recursive: true }))

const SHAPES = [
  { type: 12, size: 1_474_560, args: [] },
  { type: 16, size: 40 << 20, args: ['-F', '16', '-s', '4'] },
  { type: 32, size: 64 << 20, args: ['-F', '32', '-s', '1'] },
  { type: 32, size: 300 << 20, args: ['-F', '32', '-S', '4096'] },
  { type: 16, size: 40 << 20, args: ['-F', '16', '-f', '1', '-h', '63', '-R', '8'] },
] as const

for (const [index, { type, size, args }] of SHAPES.entries())
  conformance(`what mkfs.vfat ${args.join(' ')} and mtools write into ${size} bytes is read`, async t => {
    const path = join(folder, `${index}.img`)
    const from = join(folder, `from${index}`)
    mkdirSync(join(from, 'Ordner/sub folder'), { recursive: true })
    mkdirSync(join(from, 'leer'))
    writeFileSync(join(from, 'Ordner/Größe – 数据.txt'), 'non-ASCII')
    writeFileSync(
      join(from, 'Ordner/sub folder/a long name that needs several entries.tar.gz'),
      Buffer.alloc(100_000, index + 1),
    )
    writeFileSync(join(from, 'PLAIN.TXT'), 'plain')
    writeFileSync(join(from, 'lower.txt'), 'lower')
    writeFileSync(join(from, 'empty'), '')
    writeFileSync(path, '')
    truncateSync(path, size)
    run('mkfs.vfat', '-n', 'Foreign 1'.toUpperCase(), '-i', 'CAFE0001', ...args, path)
    // A file that is deleted again leaves a gap, which a later one fills: its chain has two parts.
    writeFileSync(join(folder, `gap${index}`), Buffer.alloc(20_000))
    run('mcopy', '-i', path, join(folder, `gap${index}`), '::gap')
    run('mcopy', '-i', path, join(from, 'PLAIN.TXT'), '::')
    run('mdel', '-i', path, '::gap')
    run('mcopy', '-s', '-i', path, ...['Ordner', 'lower.txt', 'empty'].map(name => join(from, name)), '::')
    run('mmd', '-i', path, '::leer')

    const volume = await readFat(await fromFile(path))
    t.like(volume, { type, label: 'FOREIGN 1', serial: 'CAFE0001', size })
    t.deepEqual(await flat(volume.tree), await flat(await fromFolder(from)))
  })

conformance('a FAT32 volume with fewer clusters than FAT32 has, which mkfs.vfat makes, is read', async t => {
  const path = join(folder, 'few.img')
  writeFileSync(path, '')
  truncateSync(path, 20 << 20)
  run('mkfs.vfat', '-F', '32', '-n', 'FEW', path)
  t.like(await readFat(await fromFile(path)), { type: 32, label: 'FEW', tree: new Map() })
})
