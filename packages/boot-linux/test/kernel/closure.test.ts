import test from 'ava'
import { closeOver, type KernelModule } from '../../src/kernel/closure.ts'
import { moduleAt } from './modules.ts'

const closure = (modules: readonly KernelModule[], ...wanted: readonly string[]): readonly string[] =>
  closeOver(modules, ({ info }) => wanted.includes(info.name)).map(({ path }) => path)

test('what a module depends on comes with it, and what that depends on', t => {
  const modules = [
    moduleAt('k/sd_mod.ko', { depends: ['scsi_mod', 't10_pi'] }),
    moduleAt('k/scsi_mod.ko', { depends: ['scsi_common'] }),
    moduleAt('k/scsi_common.ko'),
    moduleAt('k/t10-pi.ko'),
    moduleAt('k/other.ko', { depends: ['sd_mod'] }),
  ]
  t.deepEqual(closure(modules, 'sd_mod'), ['k/scsi_common.ko', 'k/scsi_mod.ko', 'k/sd_mod.ko', 'k/t10-pi.ko'])
  t.deepEqual(closure(modules), [])
})

test('what a module wants before or after it comes too, by name or by alias, in either spelling', t => {
  const modules = [
    moduleAt('k/ext4.ko', { softBefore: ['crypto-crc32c'], softAfter: ['fs-later'] }),
    moduleAt('k/crc32c_generic.ko', { aliases: ['crypto-crc32c', 'crc32c'] }),
    moduleAt('k/crc32c-intel.ko', { aliases: ['crypto-crc32c'], depends: ['simd'] }),
    moduleAt('k/simd.ko'),
    moduleAt('k/later.ko', { aliases: ['fs-later'] }),
    moduleAt('k/uas.ko', { softBefore: ['usb-storage'] }),
    moduleAt('k/usb-storage.ko'),
  ]
  t.deepEqual(closure(modules, 'ext4'), [
    'k/crc32c-intel.ko',
    'k/crc32c_generic.ko',
    'k/ext4.ko',
    'k/later.ko',
    'k/simd.ko',
  ])
  t.deepEqual(closure(modules, 'uas'), ['k/uas.ko', 'k/usb-storage.ko'])
})

test('what is built into the kernel is in no file and is passed over', t => {
  t.deepEqual(closure([moduleAt('k/a.ko', { depends: ['built_in'], softBefore: ['also_built_in'] })], 'a'), ['k/a.ko'])
})

test('modules that want each other end the search', t => {
  const modules = [moduleAt('k/a.ko', { softBefore: ['b'] }), moduleAt('k/b.ko', { softAfter: ['a'], depends: ['a'] })]
  t.deepEqual(closure(modules, 'b'), ['k/a.ko', 'k/b.ko'])
})

test('the order of the files means nothing', t => {
  const modules = ['c', 'a', 'b'].map(name => moduleAt(`k/${name}.ko`))
  t.deepEqual(closure(modules, 'a', 'b', 'c'), closure(modules.toReversed(), 'a', 'b', 'c'))
})
