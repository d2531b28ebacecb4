import test from 'ava'
import { decodeManifest, encodeManifest, type Manifest } from '../../src/index.ts'

const manifest: Manifest = {
  formatVersion: 1,
  id: '6f1c2d3e-4a5b-8c6d-9e7f-001122334455',
  type: 'bootable',
  label: 'Lab',
  serial: 3,
  files: [
    { path: 'a', size: 5, sha256: '0'.repeat(64) },
    { path: 'b', link: 'a' },
  ],
  systemPartition: [],
}
const decode = (value: object): Manifest => decodeManifest(new TextEncoder().encode(JSON.stringify(value)))

test('a manifest survives a round trip, and its bytes do not depend on the order of keys', t => {
  t.deepEqual(decodeManifest(encodeManifest(manifest)), manifest)
  const turned = Object.fromEntries(Object.entries(manifest).reverse()) as unknown as Manifest
  t.deepEqual(encodeManifest(turned), encodeManifest(manifest))
})
for (const [what, change] of [
  ['an unknown key', { more: 1 }],
  ['a duplicate path', { files: [manifest.files[0], manifest.files[0]] }],
  ['paths out of order', { files: manifest.files.toReversed() }],
  ['a digest in capitals', { files: [{ path: 'a', size: 5, sha256: 'A'.repeat(64) }] }],
  ['a negative serial', { serial: -1 }],
] as const)
  test(`${what} is refused`, t => {
    t.like(
      t.throws(() => decode({ ...manifest, ...change })),
      { code: 'MANIFEST_INVALID' },
    )
  })
test('another format version is refused', t => {
  t.like(
    t.throws(() => decode({ ...manifest, formatVersion: 2 })),
    { code: 'MANIFEST_VERSION' },
  )
})
