import { createHash } from 'node:crypto'
import test from 'ava'
import { type ContentItem, contentBlobPath, encodeContent, readContent } from '../../src/index.ts'

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
const items: readonly ContentItem[] = [
  {
    kind: 'operatingSystemImage',
    name: 'windows',
    version: '24H2',
    imageIndex: 3,
    files: [{ path: 'install.wim', size: 4, sha256: sha256('MSWIM') }],
  },
  {
    kind: 'package',
    name: 'tools',
    version: undefined,
    imageIndex: undefined,
    files: [
      { path: 'a/b.txt', size: 1, sha256: sha256('b') },
      { path: 'a/c.txt', size: 1, sha256: sha256('c') },
    ],
  },
]
const reading = (documents: ReadonlyMap<string, Uint8Array>) => async (path: string, limit: number) => {
  const data = documents.get(path)
  return data && data.length <= limit ? data : undefined
}

test('contents survive a round trip', async t => {
  t.deepEqual(await readContent(reading(encodeContent(items))), items)
  t.deepEqual(await readContent(reading(new Map())), [])
})
test('the order of contents and files does not change the documents', t => {
  const backwards = items.toReversed().map(item => ({ ...item, files: item.files.toReversed() }))
  t.deepEqual(encodeContent(backwards), encodeContent(items))
})
test('the documents form an OCI image layout, each located by its digest', t => {
  const documents = encodeContent(items)
  t.deepEqual(JSON.parse(Buffer.from(documents.get('content/oci-layout')!).toString()), { imageLayoutVersion: '1.0.0' })
  for (const [path, data] of documents)
    if (path.includes('/blobs/')) t.is(path, contentBlobPath(sha256(Buffer.from(data).toString())))
  const { manifests } = JSON.parse(Buffer.from(documents.get('content/index.json')!).toString())
  t.deepEqual(
    manifests.map(({ annotations }: { annotations: object }) => annotations),
    [
      { 'org.opencontainers.image.ref.name': 'operatingSystemImage/windows' },
      { 'org.opencontainers.image.ref.name': 'package/tools' },
    ],
  )
})
test('missing, changed and invalid documents are named', async t => {
  const documents = new Map(encodeContent(items))
  const [manifest] = [...documents].filter(([, data]) => Buffer.from(data).includes('b.txt')).map(([path]) => path)
  const after = (path: string, data?: string) => {
    const changed = new Map(documents)
    if (data === undefined) changed.delete(path)
    else changed.set(path, Buffer.from(data))
    return readContent(reading(changed))
  }
  await t.throwsAsync(after(manifest!), { code: 'CONTENT_INVALID', message: /is missing/ })
  await t.throwsAsync(after(manifest!, '{}'), { message: /its SHA-256 does not match its name/ })
  await t.throwsAsync(after('content/index.json', 'no JSON'), { message: /content\/index\.json: it is not valid JSON/ })
  await t.throwsAsync(after('content/index.json', '{"schemaVersion":1}'), { message: /at schemaVersion/ })
})
