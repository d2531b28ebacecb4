import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'ava'
import { readAccess } from '../../src/index.ts'

test('a credentials file is read relative to a folder; a missing or different file is an error that names it', async t => {
  const folder = await mkdtemp(join(tmpdir(), 'bootwright-test-'))
  t.teardown(() => rm(folder, { recursive: true }))
  const access = { url: 'https://mp.example', authorities: ['a'], certificate: 'c', key: 'k' }
  await writeFile(join(folder, 'administrator.json'), JSON.stringify(access))
  await writeFile(join(folder, 'other.json'), '{}')
  t.deepEqual(await readAccess('administrator.json', folder), access)
  await t.throwsAsync(readAccess('none.json', folder), { message: /^none\.json cannot be read: ENOENT/ })
  await t.throwsAsync(readAccess('other.json', folder), { message: /^other\.json is not a credentials file/ })
})
