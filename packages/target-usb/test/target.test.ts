import { join } from 'node:path'
import type { FinishedMedium } from '@bootwright/api'
import { concat, digest, fromFile, fromMemory, overlay, read, zeros } from '@bootwright/bytes'
import { scratch } from '@bootwright/test-support'
import test from 'ava'
import { usbReader } from '../src/reader.ts'
import { usbTarget } from '../src/target.ts'
import { boot, digests, file, loader, medium, request as requestOf } from './fakes.ts'

const LABEL = 'Bereitstellung für das Labor in Köln'
const starting = (): FinishedMedium =>
  medium({ label: LABEL, boot, tree: new Map([['a/b.txt', file('content')], loader]) })
const request = (folder: string, options: Parameters<typeof requestOf>[0] = {}) =>
  requestOf({ file: 'out/lab.img', ...options }, { folder })
const target = usbTarget(digests)

test('what is planned is what is written, with its digest', async t => {
  const asked = request(scratch())
  const image = await target.plan({ ...asked, medium: medium() })
  const [written] = await target.write(image, asked)
  const out = await fromFile(join(asked.folder, 'out/lab.img'))
  t.deepEqual(target.outputs(asked.options, asked), [join(asked.folder, 'out/lab.img')])
  t.deepEqual(written, { destination: written!.destination, size: out.size, sha256: await digest(out) })
})
for (const partitionTable of ['gpt', 'mbr'] as const)
  test(`an image with ${partitionTable} is read again: the files as the target got them, and how it starts`, async t => {
    const asked = request('/', { partitionTable })
    const { tree } = starting()
    const image = await target.plan({ ...asked, medium: starting() })
    const { bytes } = image.parts[0]!
    const opened = await usbReader.open(bytes)
    t.like(opened, { label: 'BEREITSTELL', boot: ['BIOS (SYSLINUX)', 'UEFI'] })
    t.is(opened!.systemPartition, undefined)
    for (const [path, entry] of [...tree, ['EFI/BOOT/BOOTX64.EFI', file('MZ')] as const]) {
      const found = opened!.tree.get(path)
      t.deepEqual(
        found?.kind === 'file' && Buffer.from(await read(found.content)),
        entry.kind === 'file' && Buffer.from(await read(entry.content)),
        path,
      )
    }
    t.is((await read(bytes, 0, 1))[0], partitionTable === 'gpt' ? 2 : 1)
  })
test('a core of SYSLINUX that does not match its boot sector is left as it is', async t => {
  const image = await target.plan({ ...request('/'), medium: starting() })
  const { bytes } = image.parts[0]!
  const sectorField = (1 << 20) + 282
  const changed = overlay(bytes, [{ offset: sectorField, bytes: fromMemory(Uint8Array.of(1, 2, 3, 0)) }])
  const opened = await usbReader.open(changed)
  t.deepEqual(opened!.boot, ['UEFI'])
})
test('files over 4 GiB are on a volume of their own, and read again from there', async t => {
  const tree = new Map([
    ['small', file('small')],
    ['content/large.wim', file(concat([fromMemory('start'), zeros(4 * 2 ** 30)]))],
  ])
  for (const partitionTable of ['gpt', 'mbr'] as const) {
    const image = await target.plan({ ...request('/', { partitionTable }), medium: medium({ tree }) })
    const { bytes, extents } = image.parts[0]!
    t.regex(image.facts['files over 4 GiB']!, /exFAT/)
    const opened = await usbReader.open(bytes)
    t.regex(opened!.format, /FAT32 and exFAT/)
    const large = opened!.tree.get('content/large.wim')
    t.is(large?.kind === 'file' && large.content.size, 4 * 2 ** 30 + 5)
    const { offset } = extents!.find(({ path }) => path === 'content/large.wim')!
    t.is(Buffer.from(await read(bytes, offset, 5)).toString(), 'start')
  }
})
test('the size stays the same while the medium grows a little, and can be chosen', async t => {
  const sizeOf = async (content: string, size?: string): Promise<number> => {
    const asked = request('/', { size })
    const image = await target.plan({ ...asked, medium: medium({ tree: new Map([['a', file(content)]]) }) })
    return image.parts[0]!.bytes.size
  }
  t.is(await sizeOf('a'), await sizeOf('a'.repeat(1 << 20)))
  t.is(await sizeOf('a', '200MiB'), 200 << 20)
  t.is(await sizeOf('a', '1GB'), 1e9 - (1e9 % 512))
  await t.throwsAsync(sizeOf('a', '1MiB'))
})
test('what is no disk is not ours', async t => {
  t.is(await usbReader.open(fromMemory('hello')), undefined)
  t.is(await usbReader.open(fromMemory(new Uint8Array(4096))), undefined)
})
