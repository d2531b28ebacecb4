import test from 'ava'
import { moduleName, parseModuleInfo, readModule } from '../../src/kernel/module.ts'
import { moduleFile, programFile } from '../elf-file.ts'
import { faultOf } from '../fakes.ts'
import { golden } from '../hex.ts'

test('golden: what a module says of itself', t => {
  const modinfo = golden(`
    "license=GPL" 00 "depends=mdio,i2c-algo-bit" 00 00 00 "alias=pci:v00008086d00001521sv*sd*bc*sc*i*" 00
    "alias=net-pf-17" 00 "firmware=a/b.bin" 00 "firmware=c.fw" 00 "softdep=pre: crypto-crc32c dca post: sr-mod" 00
    "softdep=pre: realtek" 00 "name=igb" 00 "vermagic=6.1.0-56-amd64 SMP mod_unload " 00
  `)
  t.deepEqual(parseModuleInfo(modinfo, 'fallback'), {
    name: 'igb',
    depends: ['mdio', 'i2c_algo_bit'],
    softBefore: ['crypto-crc32c', 'dca', 'realtek'],
    softAfter: ['sr-mod'],
    aliases: ['pci:v00008086d00001521sv*sd*bc*sc*i*', 'net-pf-17'],
    firmware: ['a/b.bin', 'c.fw'],
  })
})

test('a module that needs nothing says so with an empty text', t => {
  t.like(parseModuleInfo(Buffer.from('depends=\0retpoline=Y\0'), 'snd_x'), { name: 'snd_x', depends: [], aliases: [] })
})

test('a value may hold anything but NUL, and a text without = is none', t => {
  t.deepEqual(parseModuleInfo(Buffer.from('alias=a=b\nc\0text\0=x\0'), 'x').aliases, ['a=b\nc'])
})

test('a file, a name and what the kernel calls it are the same module', t => {
  for (const name of ['kernel/drivers/usb/storage/usb-storage.ko', 'usb-storage', 'usb_storage', 'usb-storage.ko'])
    t.is(moduleName(name), 'usb_storage')
})

test('a module is read from its file, and named after it when it does not say', t => {
  t.like(readModule(moduleFile('depends=scsi-mod', 'name=sd_mod'), 'kernel/x.ko'), {
    name: 'sd_mod',
    depends: ['scsi_mod'],
  })
  t.is(readModule(moduleFile('license=GPL'), 'kernel/drivers/ata/acard-ahci.ko').name, 'acard_ahci')
})

test('what is no module is named', async t => {
  const about = { subject: 'kernel/x.ko' }
  t.like(await faultOf(() => readModule(programFile(), 'kernel/x.ko')), { ...about, code: 'MODULE_INVALID' })
  t.like(await faultOf(() => readModule(Buffer.from('\xfd7zXZ\0', 'latin1'), 'kernel/x.ko')), {
    ...about,
    code: 'ELF_INVALID',
  })
})
