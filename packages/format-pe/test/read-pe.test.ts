import { fromMemory, read } from '@bootwright/bytes'
import { efiProgram as programOf } from '@bootwright/test-support'
import test from 'ava'
import { authenticodeContent, PeError, planUki, readPe, readSbat, withCertificates } from '../src/index.ts'

const SBAT = 'sbat,1,SBAT Version,sbat,1,url\nboot.acme,4,Acme,boot,2,url\nnonsense\n'
const program = (options: Parameters<typeof programOf>[0] = {}) => programOf({ sbat: SBAT, ...options })
const bytes = (options?: Parameters<typeof program>[0]) => fromMemory(program(options))

test('headers, sections and SBAT levels are read', async t => {
  const image = await readPe(bytes())
  t.like(image, { machine: 'x64', subsystem: 10, headersSize: 0x400, certificates: [] })
  t.like(image.sections, [
    { name: '.text', virtualAddress: 0x1000, rawOffset: 0x400, rawSize: 0x100 },
    { name: '.sbat', virtualAddress: 0x2000, rawOffset: 0x500, rawSize: 0x100 },
  ])
  t.deepEqual(await readSbat(bytes()), [
    { component: 'sbat', generation: 1 },
    { component: 'boot.acme', generation: 4 },
  ])
  t.is((await readPe(bytes({ machine: 0xaa64 }))).machine, 'arm64')
  t.is((await readPe(bytes({ machine: 0x1234 }))).machine, '0x1234')
})
test('an SBAT section without content, wherever it says to be, has no levels', async t => {
  const data = program()
  const header = 0x98 + 240 + 40
  data.writeUInt32LE(0, header + 16)
  data.writeUInt32LE(0x6000000, header + 20)
  t.deepEqual(await readSbat(fromMemory(data)), [])
})
test('signatures are added, read again without their padding, and taken away again', async t => {
  const signatures = [Uint8Array.of(0x30, 3, 1, 2, 3), Uint8Array.of(0x30, 0x81, 1, 9)]
  const signed = await withCertificates(bytes({ tail: 'odd' }), signatures)
  t.deepEqual((await readPe(signed)).certificates, signatures)
  t.deepEqual((await readPe(await withCertificates(signed, []))).certificates, [])
  t.is(signed.size % 8, 0)
})
test('what a signature covers does not change by signing', async t => {
  const unsigned = bytes({ tail: 'odd' })
  const content = await read(await authenticodeContent(unsigned))
  const signed = await withCertificates(unsigned, [Uint8Array.of(0x30, 3, 1, 2, 3)])
  t.deepEqual(await read(await authenticodeContent(signed)), content)
})
test('a unified kernel image has the parts as sections behind those of its stub', async t => {
  const parts = { linux: fromMemory('kernel'), initrd: fromMemory('initrd'), cmdline: 'quiet', osrel: 'ID=x\n' }
  const uki = await planUki({ stub: bytes(), ...parts })
  const { sections } = await readPe(uki)
  t.deepEqual(
    sections.map(({ name }) => name),
    ['.text', '.sbat', '.osrel', '.cmdline', '.initrd', '.linux'],
  )
  const textOf = async (name: string): Promise<string> => {
    const { rawOffset, virtualSize } = sections.find(each => each.name === name)!
    return Buffer.from(await read(uki, rawOffset, virtualSize)).toString()
  }
  t.is(await textOf('.initrd'), 'initrd')
  t.is(await textOf('.linux'), 'kernel')
  for (const [index, { virtualAddress }] of sections.entries()) {
    const before = sections[index - 1]
    if (before) t.true(virtualAddress >= before.virtualAddress + before.virtualSize && virtualAddress % 4096 === 0)
  }
})
test('a stub without room for more headers is refused', async t => {
  let stub = bytes()
  const more = async () => {
    for (let round = 0; round < 20; round += 1)
      stub = await planUki({ stub, linux: fromMemory('k'), initrd: fromMemory('i'), cmdline: '', osrel: '' })
  }
  t.like(await t.throwsAsync(more), { code: 'PE_NO_ROOM', structure: 'section header' })
})
test('whatever is changed or cut off, there is a result or a PeError', async t => {
  const signed = Buffer.from(await read(await withCertificates(bytes(), [Uint8Array.of(0x30, 3, 1, 2, 3)])))
  let refused = 0
  const attempt = async (data: Uint8Array): Promise<void> => {
    try {
      await readPe(fromMemory(data))
      await readSbat(fromMemory(data))
      await authenticodeContent(fromMemory(data))
    } catch (error) {
      if (!(error instanceof PeError)) throw error
      refused += 1
    }
  }
  for (let at = 0; at < 0x240; at += 1)
    for (const value of [0, 1, 0x7f, 0x80, 0xff]) {
      const data = Buffer.from(signed)
      data[at] = value
      await attempt(data)
    }
  for (let size = 0; size < signed.length; size += 7) await attempt(signed.subarray(0, size))
  t.true(refused > 100)
})
