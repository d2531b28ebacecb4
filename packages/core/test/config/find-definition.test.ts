import { symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { DefinitionFileError } from '@bootwright/diagnostics'
import test from 'ava'
import { DEFINITION_FILES, findDefinition } from '../../src/config/find-definition.ts'
import { folderWith } from './write-files.ts'

for (const name of DEFINITION_FILES.filter(each => each !== 'package.json'))
  test(`finds ${name} above the current folder`, async t => {
    const folder = await folderWith(t, { 'package.json': '{}', [name]: 'not: [read', 'a/b/x': '' })
    t.is(await findDefinition({ cwd: join(folder, 'a/b') }), join(folder, name))
  })

test('finds the property of package.json', async t => {
  const folder = await folderWith(t, { 'package.json': '{ "bootwright": { "media": {} } }' })
  t.is(await findDefinition({ cwd: folder }), join(folder, 'package.json'))
})

test('an empty definition is found all the same, an empty package.json is not', async t => {
  const folder = await folderWith(t, { 'package.json': '', 'a/bootwright.config.yaml': '', 'a/b/package.json': '{}' })
  t.is(await findDefinition({ cwd: join(folder, 'a') }), join(folder, 'a/bootwright.config.yaml'))
  await t.throwsAsync(findDefinition({ cwd: folder }), { code: 'DEFINITION_NOT_FOUND' })
})

test('looks no further than the first package.json and says where it looked', async t => {
  const folder = await folderWith(t, { 'bootwright.config.yaml': '', 'p/package.json': '{}', 'p/q/x': '' })
  const error = await t.throwsAsync<DefinitionFileError>(findDefinition({ cwd: join(folder, 'p/q') }), {
    instanceOf: DefinitionFileError,
    code: 'DEFINITION_NOT_FOUND',
  })
  t.is(error.searched.length, 2 * DEFINITION_FILES.length)
  t.is(error.searched[0], join(folder, 'p/q/bootwright.config.yaml'))
  for (const place of error.searched) t.true(error.message.includes(place))
})

test('a folder in the place of a definition is mentioned', async t => {
  const folder = await folderWith(t, { 'package.json': '{}', 'bootwright.config.yaml/x': '' })
  await t.throwsAsync(findDefinition({ cwd: folder }), { message: /bootwright\.config\.yaml \(a folder, not a file\)/ })
})

test('a file that is named is taken, relative to the current folder', async t => {
  const folder = await folderWith(t, { 'package.json': '{}', 'a/other.yaml': '', 'a/bootwright.config.yaml': '' })
  t.is(await findDefinition({ cwd: join(folder, 'a'), file: 'other.yaml' }), join(folder, 'a/other.yaml'))
})

test('a file that is named and cannot be read says so', async t => {
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

test('a broken package.json is an error that names it', async t => {
  const folder = await folderWith(t, { 'package.json': '{ "bootwright": ' })
  await t.throwsAsync(findDefinition({ cwd: folder }), { code: 'DEFINITION_UNREADABLE', message: /package\.json/ })
})

test('a device in the place of a definition is refused before it is read: it may have no end', async t => {
  const folder = await folderWith(t, { 'package.json': '{}' })
  await symlink('/dev/zero', join(folder, 'bootwright.config.yaml'))
  for (const file of [undefined, 'bootwright.config.yaml'])
    await t.throwsAsync(findDefinition({ cwd: folder, file }), {
      code: 'DEFINITION_UNREADABLE',
      message: /not a regular file/,
    })
})
