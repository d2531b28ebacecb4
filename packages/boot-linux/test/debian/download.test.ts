import { createHash } from 'node:crypto'
import { readdirSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import test from 'ava'
import { scratch } from '../../../../scripts/test-tools.ts'
import type { Apt } from '../../src/debian/apt.ts'
import { withPackages } from '../../src/debian/download.ts'
import type { Package } from '../../src/debian/package-list.ts'

const sha256 = createHash('sha256').update('content').digest('hex')
const packages: readonly Package[] = [{ name: 'libx', version: '1:2-3', architecture: 'amd64', sha256 }]
const aptThat = (answers: readonly boolean[], content = 'content'): Apt & { readonly asked: string[] } => {
  const asked: string[] = []
  return {
    asked,
    update: async () => void asked.push('update'),
    async show(names) {
      asked.push(`show ${names}`)
      return []
    },
    async download(names, folder) {
      asked.push(`download ${names}`)
      writeFileSync(join(folder, 'libx_1%3a2-3_amd64.deb'), content)
      return answers[asked.filter(each => each.startsWith('download')).length - 1] ?? false
    },
  }
}

test('packages are handed over by name and removed afterwards, also after a failure', async t => {
  const folder = scratch()
  const use = async (files: ReadonlyMap<string, string>): Promise<string> => basename(files.get('libx')!)
  t.is(await withPackages(aptThat([true]), packages, folder, use), 'libx_1%3a2-3_amd64.deb')
  await t.throwsAsync(withPackages(aptThat([true]), packages, folder, () => Promise.reject(new Error('used up'))))
  t.deepEqual(readdirSync(folder), [])
})
test('old lists are fetched again once', async t => {
  const apt = aptThat([false, true])
  await withPackages(apt, packages, scratch(), async () => {})
  t.deepEqual(apt.asked, ['download libx=1:2-3', 'update', 'download libx=1:2-3'])
})
test('what the mirror has no more is named, with what to do', async t => {
  const error = await t.throwsAsync(withPackages(aptThat([]), packages, scratch(), async () => {}))
  t.like(error, { code: 'PACKAGE_GONE', subject: 'libx=1:2-3' })
  t.regex(error!.message, /--update/)
})
test('a package that is another one than before is refused', async t => {
  const error = await t.throwsAsync(withPackages(aptThat([true], 'other'), packages, scratch(), async () => {}))
  t.like(error, { code: 'PACKAGE_CHANGED', subject: 'libx' })
})
