import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { needs, scratch, whereIs } from '@bootwright/test-support'
import test from 'ava'
import fc from 'fast-check'
import type { KernelModule } from '../../src/kernel/closure.ts'
import { readModule } from '../../src/kernel/module.ts'
import { moduleTables } from '../../src/kernel/tables.ts'
import { moduleFile } from '../elf-file.ts'
import { dependenciesIn, hasLoadableOrder } from './depmod.ts'
import { moduleAt } from './modules.ts'

const conformance = needs(test, 'depmod')
const dep = (...modules: readonly KernelModule[]): string => moduleTables(modules, '').get('modules.dep')!

test('golden: all tables', t => {
  const modules = [
    moduleAt('kernel/a/sd_mod.ko', { depends: ['scsi_mod'], aliases: ['scsi:t-0x00*', 'block-major-8-*'] }),
    moduleAt('kernel/a/scsi_mod.ko', { softBefore: ['dh'], softAfter: ['sr-mod', 'sg'] }),
  ]
  t.deepEqual(
    [...moduleTables(modules, 'kernel/fs/ext2.ko\n')],
    [
      ['modules.dep', 'kernel/a/sd_mod.ko: kernel/a/scsi_mod.ko\nkernel/a/scsi_mod.ko:\n'],
      ['modules.alias', 'alias scsi:t-0x00* sd_mod\nalias block-major-8-* sd_mod\n'],
      ['modules.softdep', 'softdep scsi_mod pre: dh post: sr-mod sg\n'],
      ['modules.builtin', 'kernel/fs/ext2.ko\n'],
      ['modules.symbols', ''],
    ],
  )
})

test('what is needed by several stands behind all of them', t => {
  const [first] = dep(
    moduleAt('a.ko', { depends: ['d', 'b', 'c'] }),
    moduleAt('b.ko', { depends: ['d'] }),
    moduleAt('c.ko', { depends: ['b'] }),
    moduleAt('d.ko'),
  ).split('\n')
  t.is(first, 'a.ko: c.ko b.ko d.ko')
})

test('what is built into the kernel is left out', t => {
  t.is(dep(moduleAt('a.ko', { depends: ['built_in'] })), 'a.ko:\n')
})

test('a module of which every other one needs all the others takes no more time than one that needs few', t => {
  const modules = Array.from({ length: 60 }, (_, index) =>
    moduleAt(`m${index}.ko`, { depends: Array.from({ length: index }, (_, lower) => `m${lower}`) }),
  )
  const lines = dependenciesIn(dep(...modules))
  t.is(lines.get('m59.ko')?.length, 59)
  t.true(hasLoadableOrder(lines))
})

test('modules that need each other end the search', t => {
  t.is(dep(moduleAt('a.ko', { depends: ['b'] }), moduleAt('b.ko', { depends: ['a'] })), 'a.ko: b.ko\nb.ko: a.ko\n')
})

test('whatever needs what, each module stands before all that it needs itself', t => {
  const needed = fc.array(fc.array(fc.nat(11), { maxLength: 5 }), { minLength: 12, maxLength: 12 })
  fc.assert(
    fc.property(needed, lists => {
      const modules = lists.map((list, index) =>
        moduleAt(`m${index}.ko`, { depends: list.filter(other => other < index).map(other => `m${other}`) }),
      )
      t.true(hasLoadableOrder(dependenciesIn(dep(...modules))))
    }),
  )
})

conformance('aliases and soft dependencies are those that depmod finds in the same files', t => {
  const folder = scratch()
  const files = new Map([
    [
      'kernel/drivers/scsi/sd_mod.ko',
      moduleFile('alias=scsi:t-0x00*', 'alias=block-major-8-*', 'depends=', 'name=sd_mod'),
    ],
    [
      'kernel/drivers/net/r8169.ko',
      moduleFile('alias=pci:v000010ECd00008161sv*sd*bc*sc*i*', 'softdep=pre: realtek', 'depends=', 'name=r8169'),
    ],
    [
      'kernel/fs/ext4/ext4.ko',
      moduleFile('alias=fs-ext4', 'softdep=pre: crypto-crc32c post: x y', 'depends=', 'name=ext4'),
    ],
  ])
  for (const [path, file] of files) {
    const target = join(folder, 'lib/modules/6.1.0', path)
    mkdirSync(dirname(target), { recursive: true })
    writeFileSync(target, file)
  }
  execFileSync(whereIs('depmod')!, ['-b', folder, '6.1.0'], { stdio: 'pipe' })
  const theirs = (name: string): readonly string[] =>
    readFileSync(join(folder, 'lib/modules/6.1.0', name), 'utf8')
      .split('\n')
      .filter(line => line !== '' && !line.startsWith('#'))
      .sort()
  const ours = moduleTables(
    [...files].map(([path, file]) => ({ path, info: readModule(file, path) })),
    '',
  )
  for (const name of ['modules.alias', 'modules.softdep'])
    t.deepEqual(ours.get(name)!.trimEnd().split('\n').sort(), theirs(name))
})
