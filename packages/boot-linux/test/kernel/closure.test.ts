import test from 'ava'
import { closeOver, type KernelModule } from '../../src/kernel/closure.ts'
import { moduleTables } from '../../src/kernel/tables.ts'

const module = (name: string, more: Partial<KernelModule['info']> = {}): KernelModule => ({
  path: `kernel/${name}.ko`,
  info: { name, depends: [], softBefore: [], softAfter: [], aliases: [], firmware: [], ...more },
})
const all = [
  module('ahci', { depends: ['libahci', 'libata'], aliases: ['pci:v00008086d*'] }),
  module('libahci', { depends: ['libata'] }),
  module('libata', { depends: ['scsi_mod', 'built_in'] }),
  module('scsi_mod'),
  module('ext4', { softBefore: ['crypto-crc32c'], softAfter: ['nothing'] }),
  module('crc32c_generic', { aliases: ['crypto-crc32c'] }),
  module('crc32c_intel', { aliases: ['crypto-crc32c'] }),
  module('unrelated'),
]
const namesOf = (modules: readonly KernelModule[]): string[] => modules.map(({ info }) => info.name)

test('what a module depends on comes with it, directly or through another', t => {
  t.deepEqual(namesOf(closeOver(all, ({ info }) => info.name === 'ahci')), ['ahci', 'libahci', 'libata', 'scsi_mod'])
})
test('a soft dependency by alias brings every module of that alias; one that does not exist brings nothing', t => {
  t.deepEqual(namesOf(closeOver(all, ({ info }) => info.name === 'ext4')), ['crc32c_generic', 'crc32c_intel', 'ext4'])
})
test('modules that need each other end', t => {
  const ring = [module('a', { depends: ['b'] }), module('b', { depends: ['a'] })]
  t.deepEqual(namesOf(closeOver(ring, () => true)), ['a', 'b'])
  t.notThrows(() => moduleTables(ring, ''))
})
test('the tables are those of depmod: what is needed by several stands behind all of them', t => {
  const tables = moduleTables(all, 'kernel/built_in.ko\n')
  t.is(
    tables.get('modules.dep')?.split('\n')[0],
    'kernel/ahci.ko: kernel/libahci.ko kernel/libata.ko kernel/scsi_mod.ko',
  )
  t.is(tables.get('modules.alias')?.split('\n')[0], 'alias pci:v00008086d* ahci')
  t.is(tables.get('modules.softdep'), 'softdep ext4 pre: crypto-crc32c post: nothing\n')
  t.is(tables.get('modules.builtin'), 'kernel/built_in.ko\n')
})
