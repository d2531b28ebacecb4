import { createHash, createPrivateKey, randomInt, X509Certificate } from 'node:crypto'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { keySigner, signSignedData } from '@bootwright/format-cms'
import {
  DESCRIPTOR_PATH,
  encodeManifest,
  MANIFEST_PATH,
  type Manifest,
  SIGNATURE_PATH,
  type Trust,
} from '@bootwright/medium-format'
import { createSelfSigned } from '@bootwright/medium-format/certificates'
import { scratch } from '@bootwright/test-support'
import test from 'ava'
import { mediumFiles } from '../../src/medium/files.ts'
import { type FoundMedium, findMedium } from '../../src/medium/find.ts'
import { device, type FakeComputer, type FakeDisk, fakeComputer, fakeStorage, ID, medium } from '../fakes.ts'

type Files = Readonly<Record<string, Uint8Array>>
type Identity = Awaited<ReturnType<typeof createSelfSigned>>

const sha256 = (data: Uint8Array): Buffer => createHash('sha256').update(data).digest()
const entriesOf = (files: Files): Manifest['files'] =>
  Object.entries(files)
    .map(([path, data]) => ({ path, size: data.length, sha256: sha256(data).toString('hex') }))
    .sort((a, b) => (a.path < b.path ? -1 : 1))
const identity = (name: string): Promise<Identity> =>
  createSelfSigned({ label: name, id: ID, from: new Date('2026-01-01'), to: new Date('2036-01-01') })

async function signed(files: Files, by: Identity | undefined, serial = 1): Promise<Files> {
  const manifest: Manifest = {
    formatVersion: 1,
    id: ID,
    type: 'bootable',
    label: 'Lab boot',
    serial,
    files: entriesOf(files),
    systemPartition: [],
  }
  const content = encodeManifest(manifest)
  if (!by) return { ...files, [MANIFEST_PATH]: content }
  const signer = keySigner(createPrivateKey(by.key), [new X509Certificate(by.certificate).raw])
  const signature = await signSignedData({ digest: sha256(content) }, signer)
  return { ...files, [MANIFEST_PATH]: content, [SIGNATURE_PATH]: signature }
}

const trusting = (by: Identity, unsigned: Trust['unsigned'] = 'refuse'): Trust => ({
  formatVersion: 1,
  certificates: [by.certificate],
  unsigned,
})
const disk = (path: string, files: Files): FakeDisk => ({ device: device(path), files })

async function search(
  trust: Trust,
  ...disks: readonly FakeDisk[]
): Promise<{ found: FoundMedium | undefined; computer: FakeComputer }> {
  const computer = fakeComputer({ storage: fakeStorage(disks), trust })
  return { found: await findMedium({ ...computer, id: ID }), computer }
}

test('a medium with a trusted signature runs, and its signer is known', async t => {
  const own = await identity('Lab')
  const { found } = await search(trusting(own), disk('/dev/sr0', await signed(medium(), own, 4)))
  t.is(found?.serial, 4)
  t.regex(found!.signer!, /CN=Lab/)
})
test('a medium with an untrusted, invalid or missing signature does not run, and the screen shows why', async t => {
  const [own, other] = await Promise.all([identity('Lab'), identity('Other')])
  const good = await signed(medium(), own)
  const { [SIGNATURE_PATH]: _, ...stripped } = good
  const { [MANIFEST_PATH]: __, ...bare } = stripped
  const renamed = medium({ label: 'Other' })
  for (const [files, reason] of [
    [await signed(medium(), other), /CN=Other.* is not trusted/],
    [stripped, /the medium is not signed/],
    [bare, /manifest\.json is missing/],
    [{ ...good, [DESCRIPTOR_PATH]: renamed[DESCRIPTOR_PATH]! }, /medium\.json of this medium was changed/],
    [{ ...good, [MANIFEST_PATH]: (await signed(renamed, other))[MANIFEST_PATH]! }, /signed another content/],
    [{ ...good, [SIGNATURE_PATH]: Buffer.from('rubbish') }, /no CMS SignedData/],
  ] as const) {
    const { found, computer } = await search(trusting(own), disk('/dev/sr0', files))
    t.is(found, undefined)
    t.regex(computer.console.shown, /The medium in \/dev\/sr0 is not trusted and will not run/)
    t.regex(computer.console.shown, reason)
  }
})
test('a definition may allow unsigned media, but never an invalid signature', async t => {
  const [own, other] = await Promise.all([identity('Lab'), identity('Other')])
  const unsigned = await signed(medium(), undefined)
  const trust = trusting(own, 'run')
  t.truthy((await search(trust, disk('/dev/sr0', unsigned))).found)
  t.truthy((await search(trust, disk('/dev/sr0', medium()))).found)
  t.is((await search(trust, disk('/dev/sr0', await signed(medium(), other)))).found, undefined)
  // It is not signed, but damage is found all the same.
  const damaged = { ...unsigned, [DESCRIPTOR_PATH]: medium({ label: 'Other' })[DESCRIPTOR_PATH]! }
  t.is((await search(trust, disk('/dev/sr0', damaged))).found, undefined)
})
test('of two media with one id the higher serial is used, and never a forged one', async t => {
  const [own, other] = await Promise.all([identity('Lab'), identity('Other')])
  const old = disk('/dev/sda', await signed(medium(), own, 1))
  const current = disk('/dev/sdb', await signed(medium({ label: 'New' }), own, 2))
  const forged = disk('/dev/sdc', await signed(medium(), other, 9))
  t.is((await search(trusting(own), old, current, forged)).found?.device.path, '/dev/sdb')
})
test('two different media with the same serial are refused, and a disk and its partition are one medium', async t => {
  const own = await identity('Lab')
  const one = await signed(medium(), own)
  const two = await signed(medium({ label: 'New' }), own)
  t.is((await search(trusting(own), disk('/dev/sda', one), disk('/dev/sda1', one))).found?.device.path, '/dev/sda')
  const { found, computer } = await search(trusting(own), disk('/dev/sda', one), disk('/dev/sdb', two))
  t.is(found, undefined)
  t.regex(computer.console.shown, /different media have the same id[\s\S]*\/dev\/sda\n {2}\/dev\/sdb/)
})
test('each file is verified as read, each folder as copied, and a changed file is named', async t => {
  const files = { 'a.txt': Buffer.from('a'), 'pre/run.sh': Buffer.from('run'), 'pre/deep/b': Buffer.from('b') }
  const link = { path: 'pre/latest', link: 'run.sh' }
  const list = [...entriesOf(files), link].sort((a, b) => (a.path < b.path ? -1 : 1))
  const manifest: Manifest = {
    formatVersion: 1,
    id: ID,
    type: 'bootable',
    label: 'Lab',
    serial: 0,
    files: list,
    systemPartition: [],
  }
  const reading = (data: Uint8Array | undefined) =>
    mediumFiles({ read: async () => data, copyFolder: async () => {} }, manifest).read('a.txt', 10)
  t.deepEqual(await reading(Buffer.from('a')), Buffer.from('a'))
  t.like(await t.throwsAsync(reading(Buffer.from('b'))), { code: 'FILE_CHANGED' })
  t.regex((await t.throwsAsync(reading(undefined)))!.message, /a\.txt of this medium is missing/)

  const copying = async (change: (folder: string) => void): Promise<string | undefined> => {
    const to = scratch()
    const copyFolder = async () => {
      mkdirSync(join(to, 'deep'))
      writeFileSync(join(to, 'run.sh'), 'run')
      writeFileSync(join(to, 'deep', 'b'), 'b')
      symlinkSync('run.sh', join(to, 'latest'))
      change(to)
    }
    const copied = mediumFiles({ read: async () => undefined, copyFolder }, manifest).copyFolder('pre', to)
    return await copied.then(
      () => undefined,
      error => error.message,
    )
  }
  t.is(await copying(() => {}), undefined)
  t.regex((await copying(to => writeFileSync(join(to, 'deep', 'b'), 'c')))!, /pre\/deep\/b of this medium was changed/)
  t.regex((await copying(to => writeFileSync(join(to, 'more'), '')))!, /pre\/more of this medium was added/)
  t.regex((await copying(to => symlinkSync('/etc', join(to, 'etc'))))!, /pre\/etc of this medium was added/)
})
test('a flipped bit in used data is found, at 1,000 random positions', async t => {
  const own = await identity('Lab')
  const files = await signed({ ...medium(), 'bootwright/prestart/run.sh': Buffer.from('#!/bin/sh\n'.repeat(50)) }, own)
  const trust = trusting(own)
  const places = Object.entries(files).flatMap(([path, data]) => Array.from(data, (_, at) => ({ path, at })))
  for (let round = 0; round < 1000; round += 1) {
    const { path, at } = places[randomInt(places.length)]!
    const changed = Buffer.from(files[path]!)
    changed[at]! ^= 1 << randomInt(8)
    const disks = [disk('/dev/sr0', { ...files, [path]: changed })]
    const { found } = await search(trust, ...disks)
    if (!found) continue
    const used = Object.keys(files).filter(each => each !== MANIFEST_PATH && each !== SIGNATURE_PATH)
    const readings = await Promise.allSettled(used.map(each => found.files.read(each, 1 << 20)))
    t.true(
      readings.some(({ status }) => status === 'rejected'),
      `bit of byte ${at} of ${path}`,
    )
  }
})
