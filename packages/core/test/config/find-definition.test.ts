import { symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { DefinitionFileError } from '@bootwright/diagnostics'
import test from 'ava'
import { DEFINITION_FILES, findDefinition } from '../../src/config/find-definition.ts'
import { folderWith } from './write-files.ts'

for (const name of DEFINITION_FILES.filter(each => each !== 'package.json'))
  test(`${name} is found above the current folder`, async t => {
    const folder = await folderWith(t, { 'package.json': '{}', [name]: 'not: [read', 'a/b/x': '' })
    t.is(await findDefinition({ cwd: join(folder, 'a/b') }), join(folder, name))
  })

test('the property of package.json is found', async t => {
  const folder = await folderWith(t, { 'package.json': '{ "bootwright": { "media": {} } }' })
  t.is(await findDefinition({ cwd: folder }), join(folder, 'package.json'))
})

test('an empty definition is found, an empty package.json is not', async t => {
  const folder = await folderWith(t, { 'package.json': '', 'a/bootwright.config.yaml': '', 'a/b/package.json': '{}' })
  t.is(await findDefinition({ cwd: join(folder, 'a') }), join(folder, 'a/bootwright.config.yaml'))
  await t.throwsAsync(findDefinition({ cwd: folder }), { code: 'DEFINITION_NOT_FOUND' })
})

test('the search stops at the first package.json and lists the searched files', async t => {
  const folder = await folderWith(t, { 'bootwright.config.yaml': '', 'p/package.json': '{}', 'p/q/x': '' })
  const error = await t.throwsAsync<DefinitionFileError>(findDefinition({ cwd: join(folder, 'p/q') }), {
    instanceOf: DefinitionFileError,
    code: 'DEFINITION_NOT_FOUND',
  })
  t.is(error.searched.length, 2 * DEFINITION_FILES.length)
  t.is(error.searched[0], join(folder, 'p/q/bootwright.config.yaml'))
  for (const place of error.searched) t.true(error.message.includes(place))
})

test('a folder with the name of a definition is mentioned', async t => {
  const folder = await folderWith(t, { 'package.json': '{}', 'bootwright.config.yaml/x': '' })
  await t.throwsAsync(findDefinition({ cwd: folder }), { message: /bootwright\.config\.yaml \(a folder, not a file\)/ })
})

test('a given file is relative to the current folder', async t => {
  const folder = await folderWith(t, { 'package.json': '{}', 'a/other.yaml': '', 'a/bootwright.config.yaml': '' })
  t.is(await findDefinition({ cwd: join(folder, 'a'), file: 'other.yaml' }), join(folder, 'a/other.yaml'))
})

test('a given file that cannot be read is reported', async t => {
  const folder = await folderWith(t, { 'a/x': '' })
  await t.throwsAsync(findDefinition({ cwd: folder, file: 'b.yaml' }), {
    code: 'DEFINITION_NOT_FOUND',
    message: `the definition ${join(folder, 'b.yaml')} is missing`,
  })
  await t.throwsAsync(findDefinition({ cwd: folder, file: 'a' }), {
    code: 'DEFINITION_UNREADABLE',
    message: /a folder/,
  })
})

test('an invalid package.json is named', async t => {
  const folder = await folderWith(t, { 'package.json': '{ "bootwright": ' })
  await t.throwsAsync(findDefinition({ cwd: folder }), { code: 'DEFINITION_UNREADABLE', message: /package\.json/ })
})

test('a device with the name of a definition is refused before it is read, because it may have no end', async t => {
  const folder = await folderWith(t, { 'package.json': '{}' })
  await symlink('/dev/zero', join(folder, 'bootwright.config.yaml'))
  for (const file of [undefined, 'bootwright.config.yaml'])
    await t.throwsAsync(findDefinition({ cwd: folder, file }), {
      code: 'DEFINITION_UNREADABLE',
      message: /not a regular file/,
    })
})
