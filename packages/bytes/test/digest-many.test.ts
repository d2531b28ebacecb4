import { randomBytes } from 'node:crypto'
import { appendFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { scratch } from '@bootwright/test-support'
import test from 'ava'
import { concat, digest, digestMany, fromFile, fromMemory, slice, zeros } from '../src/index.ts'

async function files(sizes: readonly number[], folder = scratch()) {
  return await Promise.all(
    sizes.map(async (size, index) => {
      const path = join(folder, `${index} of ${size}`)
      writeFileSync(path, randomBytes(size))
      return await fromFile(path)
    }),
  )
}

test('each content has its own digest, few or many, of files or not', async t => {
  const large = await files([40 << 20, 30 << 20, 1, 0, 5000])
  const [first, second] = large
  const contents = [
    ...large,
    fromMemory('x'),
    zeros(1000),
    concat([slice(first!, 5, 1000), second!]),
    concat([first!, zeros(3)]),
  ]
  const seen: string[] = []
  const digests = await digestMany(contents, { onDigest: (index, sha256) => void seen.push(`${index} ${sha256}`) })
  for (const [index, content] of contents.entries()) t.is(digests[index], await digest(content), `content ${index}`)
  t.deepEqual(seen.sort(), digests.map((sha256, index) => `${index} ${sha256}`).sort())
  t.deepEqual(await digestMany([]), [])
})
test('a thread is given one content after the other', async t => {
  const contents = await files(Array.from({ length: 8 }, () => 9 << 20))
  const digests = await digestMany(contents)
  for (const [index, content] of contents.entries()) t.is(digests[index], await digest(content), `content ${index}`)
})
test('a file that changed is named, whichever thread reads it', async t => {
  const folder = scratch()
  const contents = await files([40 << 20, 41 << 20, 42 << 20], folder)
  for (const index of contents.keys()) appendFileSync(join(folder, `${index} of ${(40 + index) * 2 ** 20}`), 'more')
  t.like(await t.throwsAsync(digestMany(contents)), { code: 'SOURCE_CHANGED', name: 'BytesError' })
})
test('it ends when it is interrupted', async t => {
  const contents = await files([40 << 20, 30 << 20])
  const signal = AbortSignal.abort(new Error('enough'))
  await t.throwsAsync(digestMany(contents, { signal }), { message: 'enough' })
})
