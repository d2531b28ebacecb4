import { createHash, createPrivateKey, X509Certificate } from 'node:crypto'
import type { OpenedImage } from '@bootwright/api'
import { type Bytes, digest, type Entry, fromMemory } from '@bootwright/bytes'
import { keySigner, signSignedData } from '@bootwright/format-cms'
import { authenticodeContent, encodeSpcContent, SPC_INDIRECT_DATA, withCertificates } from '@bootwright/format-pe'
import { encodeDescriptor, encodeEnvironment } from '@bootwright/medium-format'
import { createSelfSigned } from '@bootwright/medium-format/certificates'
import { efiProgram } from '@bootwright/test-support'
import test from 'ava'
import { lintMedium } from '../src/index.ts'

const now = new Date('2026-11-25T00:00:00Z')
const file = (content: Bytes | Uint8Array | string): Entry => ({
  kind: 'file',
  content: typeof content === 'object' && 'segments' in content ? content : fromMemory(content),
})
const program = (sbat: string, machine = 0x8664): Bytes => fromMemory(efiProgram({ sbat, machine }))
const identity = (label: string, to = '2036-01-01') =>
  createSelfSigned({
    label,
    id: '11111111-2222-4333-8444-555555555555',
    from: new Date('2020-01-01'),
    to: new Date(to),
  })
type Identity = Awaited<ReturnType<typeof identity>>
const signerOf = ({ key, certificate }: Identity) =>
  keySigner(createPrivateKey(key), [new X509Certificate(certificate).raw])
async function signed(unsigned: Bytes, by: Identity): Promise<Bytes> {
  const sha256 = Buffer.from(await digest(await authenticodeContent(unsigned)), 'hex')
  const content = { contentType: SPC_INDIRECT_DATA, encapsulated: encodeSpcContent(sha256) }
  return await withCertificates(unsigned, [await signSignedData(content, signerOf(by))])
}
const descriptor = (changes: object = {}) =>
  encodeDescriptor({
    formatVersion: 1,
    id: '11111111-2222-4333-8444-555555555555',
    type: 'bootable',
    label: 'Lab',
    date: '2026-11-01T00:00:00Z',
    architecture: 'x64',
    passwordRequired: true,
    unattended: false,
    language: 'en',
    keyboard: 'us',
    debugShell: false,
    ...changes,
  })
const image = (tree: Readonly<Record<string, Entry>>): OpenedImage => ({
  format: 'test',
  label: 'Lab',
  tree: new Map(Object.entries(tree)),
  boot: ['UEFI'],
  facts: {},
})
const messages = async (tree: Readonly<Record<string, Entry>>): Promise<string[]> =>
  (await lintMedium(image(tree), { now })).findings.map(
    ({ severity, path, message }) => `${severity} ${path ?? ''}: ${message}`,
  )
const sound = async (): Promise<Record<string, Entry>> => {
  const by = await identity('Microsoft UEFI CA 2023')
  const signature = await signSignedData({ digest: createHash('sha256').update('m').digest() }, signerOf(by))
  return {
    'EFI/BOOT/BOOTX64.EFI': file(await signed(program('shim,4,x\n'), by)),
    'bootwright/medium.json': file(descriptor()),
    'bootwright/manifest.json.p7s': file(signature),
  }
}

test('a medium without faults has no findings, and its programs are described', async t => {
  const { programs, findings } = await lintMedium(image(await sound()), { now })
  t.deepEqual(findings, [])
  t.like(programs, [{ path: 'EFI/BOOT/BOOTX64.EFI', machine: 'x64', sbat: [{ component: 'shim', generation: 4 }] }])
  t.is(programs[0]!.signers[0]!.authority, 'Microsoft 2023')
})
test('programs that will not start are reported', async t => {
  const good = await sound()
  const withProgram = async (content: Bytes): Promise<string> =>
    (await messages({ ...good, 'EFI/BOOT/BOOTX64.EFI': file(content) })).join('\n')
  t.regex(await withProgram(program('')), /^warning EFI\/BOOT\/BOOTX64\.EFI: it is not signed/)
  t.regex(await withProgram(program('', 0xaa64)), /error .*it is for arm64, but firmware of x64 computers starts it/)
  t.regex(await withProgram(await signed(program(''), await identity('My Lab'))), /signed with your own key/)
  t.regex(
    await withProgram(await signed(program(''), await identity('Microsoft Corporation UEFI CA 2011'))),
    /2011 certificate authority, which expired/,
  )
  t.regex(
    await withProgram(await signed(program('grub,4,x\n'), await identity('Microsoft UEFI CA 2023'))),
    /SBAT level of grub is 4, and levels below 5/,
  )
  t.regex(await withProgram(fromMemory('no program')), /error .*it is not an EFI program/)
})
test('weak protection and expiry are reported', async t => {
  const good = await sound()
  const withDescriptor = (changes: object) => messages({ ...good, 'bootwright/medium.json': file(descriptor(changes)) })
  t.regex((await withDescriptor({ passwordRequired: false })).join(), /it has no password/)
  t.regex((await withDescriptor({ debugShell: true })).join(), /offers a shell/)
  const { 'bootwright/manifest.json.p7s': _, ...unsigned } = good
  t.regex((await messages(unsigned)).join(), /it is not signed/)
  for (const [to, text] of [
    ['2026-12-20', /warning .*expires on 2026-12-20/],
    ['2026-11-01', /error .*expired on 2026-11-01/],
  ] as const) {
    const certificate = await identity('Client', to)
    const environment = encodeEnvironment({
      formatVersion: 1,
      management: 'dynamic',
      managementPoints: [],
      rootCertificates: [],
      variables: {},
      certificate,
    })
    t.regex((await messages({ ...good, 'bootwright/environment.json': file(environment) })).join(), text)
  }
  t.regex((await messages({ ...good, 'bootwright/medium.json': file('{}') })).join(), /error bootwright\/medium\.json/)
})
