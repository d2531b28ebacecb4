import type { LinuxPackageEntry } from '@bootwright/api'
import test from 'ava'
import { kernelModules } from '../../src/kernel/kernel-modules.ts'
import { moduleFile } from '../elf-file.ts'
import { faultOf, logOf } from '../fakes.ts'

const RELEASE = '6.1.0-41-amd64'
const file = (data: Uint8Array | string): LinuxPackageEntry => ({
  kind: 'file',
  data: Buffer.from(data),
  isExecutable: false,
})
const below = (files: Readonly<Record<string, LinuxPackageEntry>>): ReadonlyMap<string, LinuxPackageEntry> =>
  new Map(Object.entries(files).map(([path, entry]) => [`lib/modules/${RELEASE}/${path}`, entry]))
const kernelOf = (release: string) => ({
  release,
  package: { name: `linux-image-${release}`, version: '1', architecture: 'amd64', sha256: '' },
  modules: { packages: [`linux-image-${release}`], folder: `lib/modules/${release}` },
})
const ahci = Buffer.concat([
  moduleFile('depends=libata', 'alias=pci:v*', 'name=ahci'),
  Buffer.from('~Module signature appended~\n'),
])
const files = below({
  'kernel/drivers/ata/ahci.ko': file(ahci),
  'kernel/drivers/ata/libata.ko': file(moduleFile('depends=', 'name=libata')),
  'kernel/drivers/net/ethernet/broadcom/bnx2.ko': file(moduleFile('firmware=bnx2/a.fw', 'name=bnx2')),
  'kernel/sound/snd.ko': file(moduleFile('depends=', 'name=snd')),
  'modules.builtin': file('kernel/lib/crc32.ko\n'),
  'modules.order': file('kernel/drivers/ata/libata.ko\n'),
  build: { kind: 'link', target: '/usr/src/linux-headers' },
})

test('selected modules are included unchanged, with the tables of modprobe', t => {
  const log = logOf()
  const included = kernelModules(files, kernelOf(RELEASE), log)
  t.deepEqual(
    [...included.keys()],
    [
      'kernel/drivers/ata/ahci.ko',
      'kernel/drivers/ata/libata.ko',
      'kernel/drivers/net/ethernet/broadcom/bnx2.ko',
      'modules.dep',
      'modules.alias',
      'modules.softdep',
      'modules.builtin',
      'modules.symbols',
    ],
  )
  t.deepEqual(included.get('kernel/drivers/ata/ahci.ko'), ahci)
  t.is(included.get('modules.builtin'), 'kernel/lib/crc32.ko\n')
  t.regex(String(included.get('modules.dep')), /^kernel\/drivers\/ata\/ahci\.ko: kernel\/drivers\/ata\/libata\.ko$/m)
  t.deepEqual(log.lines, ['debug: 3 of 4 modules included; firmware is not included, but may be requested by: bnx2'])
})

test('modules of another release are ignored', async t => {
  const fault = await faultOf(() => kernelModules(files, kernelOf('6.1.0-42-amd64'), logOf()))
  t.like(fault, { code: 'PACKAGE_FILE_MISSING', subject: 'linux-image-6.1.0-42-amd64' })
})

test('compressed modules are refused', async t => {
  for (const end of ['xz', 'zst', 'gz']) {
    const path = `kernel/fs/isofs/isofs.ko.${end}`
    const fault = await faultOf(() => kernelModules(below({ [path]: file('') }), kernelOf(RELEASE), logOf()))
    t.like(fault, { code: 'MODULE_INVALID', subject: path })
  }
})

test('a damaged module is named', async t => {
  const path = 'kernel/fs/isofs/isofs.ko'
  const fault = await faultOf(() =>
    kernelModules(below({ [path]: file(ahci.subarray(0, 100)) }), kernelOf(RELEASE), logOf()),
  )
  t.like(fault, { code: 'ELF_INVALID', subject: path })
})
