import { promises as fs } from 'node:fs'
import { join } from 'node:path'
import { digest, fromFile } from '@bootwright/bytes'
import { needs } from '@bootwright/test-support'
import test from 'ava'
import { buildExample, copyExample, type Example } from '../support/example.ts'

const builds = needs(test, 'apt-get')

/** The same files made in another order, with other time stamps, permissions that mean nothing, and in another folder. */
async function shuffled(): Promise<Example> {
  const example = await copyExample()
  const prestart = join(example.folder, 'prestart')
  const names = await fs.readdir(prestart)
  for (const name of names.reverse()) {
    const content = await fs.readFile(join(prestart, name))
    await fs.rm(join(prestart, name))
    await fs.writeFile(join(prestart, name), content, { mode: 0o777 })
    await fs.utimes(join(prestart, name), 1, 2)
  }
  return example
}

builds('two builds in different folders, with other time stamps and file order, are identical', async t => {
  const [first, second] = [await copyExample(), await shuffled()]
  t.teardown(() => Promise.all([first.remove(), second.remove()]).then(() => {}))
  const extra = ['b.txt', 'a.txt', 'c/d.txt']
  for (const [example, order] of [
    [first, extra],
    [second, extra.toReversed()],
  ] as const)
    for (const name of order) {
      const path = join(example.folder, 'prestart', name)
      await fs.mkdir(join(path, '..'), { recursive: true })
      await fs.writeFile(path, name)
    }
  const images = [await buildExample(first), await buildExample(second)]
  const [a, b] = await Promise.all(images.map(async image => digest(await fromFile(image))))
  t.is(a, b)
})

builds('a medium with a password and a self-signed certificate is the same when it is built again', async t => {
  const example = await copyExample()
  t.teardown(example.remove)
  const text = await fs.readFile(example.definition, 'utf8')
  const sealed = text.replace(
    '    label: Lab boot\n',
    `    label: Lab boot\n    password: { file: ./password }\n    certificate: { selfSigned: { from: 2026-11-01, to: 2036-11-01 } }\n`,
  )
  await fs.writeFile(example.definition, sealed)
  await fs.writeFile(join(example.folder, 'password'), 'correct horse\n')
  const first = await digest(await fromFile(await buildExample(example)))
  const again = await digest(await fromFile(await buildExample(example, '--force')))
  t.is(again, first)
  await fs.writeFile(join(example.folder, 'password'), 'battery staple\n')
  t.not(await digest(await fromFile(await buildExample(example, '--force'))), first)
})
