import { fromMemory, read } from '@bootwright/bytes'
import test from 'ava'
import { withBootInfo } from '../../src/boot/boot-info.ts'
import { planIso, readIso } from '../../src/index.ts'
import { golden } from '../hex.ts'
import { OPTIONS } from '../volume.ts'

test('the table has the places of descriptor and file, the length and the sum of the words behind it', async t => {
  const file = Buffer.concat([Buffer.alloc(64, 0x11), golden('01 00 00 00 ff ff ff ff 02 03 04')])
  const patched = Buffer.from(await read(withBootInfo(fromMemory(file), 0x1234)))
  const expected = golden('11*8 10 00 00 00 34 12 00 00 4b 00 00 00 02 03 04 00 00*40 01 00 00 00 ff ff ff ff 02 03 04')
  t.deepEqual(patched, expected)
})

test('a file that boots has the table, another with the same Bytes has not', async t => {
  const content = fromMemory(Buffer.alloc(3000, 1))
  const tree = new Map([
    ['boot', { kind: 'file', content }],
    ['copy', { kind: 'file', content }],
  ] as const)
  const image = await readIso(
    planIso(tree, { ...OPTIONS, boot: [{ platform: 'bios', path: 'boot', bootInfoTable: true }] }).bytes,
  )
  const contentAt = async (path: string): Promise<Buffer> => {
    const entry = image.tree.get(path)
    return entry?.kind === 'file' ? Buffer.from(await read(entry.content)) : Buffer.alloc(0)
  }
  t.is((await contentAt('boot')).readUInt32LE(12), image.extents.get('boot')![0]!.offset / 2048)
  t.deepEqual(await contentAt('copy'), Buffer.alloc(3000, 1))
})
