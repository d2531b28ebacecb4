import test from 'ava'
import { moduleName, parseModuleInfo, readModule } from '../../src/kernel/module.ts'
import { objectWith } from '../make-elf.ts'

const INFO =
  'license=GPL\0name=snd_hda_intel\0depends=snd-hda-codec,snd-pcm,,snd\0softdep=pre: a b post: c\0' +
  'alias=pci:v*d*\0\0alias=fs-iso9660\0firmware=x.fw\0'

test('a module says its name, what it needs, serves and may ask for', t => {
  t.deepEqual(readModule(objectWith({ '.text': '', '.modinfo': INFO }), 'kernel/sound/snd-hda-intel.ko'), {
    name: 'snd_hda_intel',
    depends: ['snd_hda_codec', 'snd_pcm', 'snd'],
    softBefore: ['a', 'b'],
    softAfter: ['c'],
    aliases: ['pci:v*d*', 'fs-iso9660'],
    firmware: ['x.fw'],
  })
})
test('without a name of its own it has that of its file', t => {
  t.is(parseModuleInfo(Buffer.from('depends=\0'), moduleName('kernel/fs/isofs-x.ko')).name, 'isofs_x')
})
test('a file without the section is no module', t => {
  t.throws(() => readModule(objectWith({ '.text': '' }), 'x.ko'), { code: 'MODULE_INVALID', message: /x\.ko/ })
})
