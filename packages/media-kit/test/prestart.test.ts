import { mkdir, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fromSource } from '@bootwright/bytes'
import { scratch } from '@bootwright/test-support'
import test from 'ava'
import { checkPrestartCommand, checkPrestartFiles } from '../src/prestart-files.ts'
import { findingsOf } from './fake.ts'

interface Folder extends AsyncDisposable {
  readonly path: string
  /** Findings about this command in this folder. */
  found(command: string, files?: string): Promise<readonly string[]>
}

async function folder(files: Readonly<Record<string, string>>): Promise<Folder> {
  const path = scratch()
  await mkdir(join(path, 'bin'))
  for (const [name, content] of Object.entries(files)) await writeFile(join(path, name), content)
  return {
    path,
    async found(command, files = '.') {
      const options = { managementPoints: [{ url: 'http://mp1', allowHttp: true }], prestart: { command, files } }
      return (await findingsOf({ options, folder: path })).filter(each => !each.includes('without TLS'))
    },
    [Symbol.asyncDispose]: () => rm(path, { recursive: true }),
  }
}

test('a link that is absolute or leads out of the prestart files is refused', async t => {
  await using place = await folder({ 'ask.sh': '#!/bin/sh\n' })
  await symlink('/etc/passwd', join(place.path, 'absolute'))
  await symlink('../ask.sh', join(place.path, 'bin/inside'))
  await symlink('../../outside', join(place.path, 'bin/outside'))
  await symlink('..', join(place.path, 'parent'))
  const [absolute, outside, parent, ...rest] = await place.found('./bin/inside')
  t.regex(absolute!, /^error prestart\.files: absolute is a link to \/etc\/passwd, an absolute path/)
  t.regex(outside!, /^error prestart\.files: bin\/outside is a link to \.\.\/\.\.\/outside, which leaves the folder/)
  t.regex(parent!, /^error prestart\.files: parent is a link to \.\., which leaves the folder/)
  t.deepEqual(rest, [])
})

test('links with Windows separators are checked alike', async t => {
  const tree = new Map(
    ['C:\\a', '..\\..\\a', '..\\a'].map((target, index) => [`bin/${index}`, { kind: 'link', target }] as const),
  )
  t.deepEqual(
    (await checkPrestartFiles(tree)).map(({ message }) => message.split(',')[0]),
    ['bin/0 is a link to C:\\a', 'bin/1 is a link to ..\\..\\a'],
  )
})

test('a script whose first line ends with CRLF is warned about', async t => {
  const data = `MZ${'x'.repeat(300)}\r\n`
  await using place = await folder({
    'dos.sh': '#!/bin/sh -e\r\nls\r\n',
    'unix.sh': '#!/bin/sh\nls\r\n',
    data,
    empty: '',
  })
  const [found, ...rest] = await place.found('./dos.sh')
  t.regex(found!, /^warning prestart\.files: the first line of dos\.sh ends with CRLF.*save the file with LF/)
  t.deepEqual(rest, [])
})

test('a command that names no file among the files is refused, with the names that exist', async t => {
  await using place = await folder({ 'ask.sh': '', 'bin/b': '' })
  const [found, ...rest] = await place.found('./aks.sh --all')
  t.is(found, 'error prestart.command: the command runs ./aks.sh, which is none of the files; there are ask.sh, bin/b')
  t.deepEqual(rest, [])
  t.regex((await place.found('./bin'))[0]!, /runs \.\/bin, which is none of the files/)
  t.regex((await place.found('./b', 'bin/b')).join(), /^$/)
  for (const command of [
    './ask.sh',
    './ask.sh;reboot',
    './bin/../ask.sh',
    './bin/b|cat',
    'sh aks.sh',
    '"./aks.sh"',
    './a*',
  ])
    t.deepEqual(await place.found(command), [], command)
})

test('a command that names a file needs files', t => {
  const [found] = checkPrestartCommand('./ask.sh', new Map())
  t.deepEqual(found?.path, ['prestart', 'command'])
  t.regex(found!.message, /\.\/ask\.sh, and there are no files; add files/)
})

test('many files are counted instead of named', t => {
  const tree = new Map(Array.from({ length: 11 }, (_, index) => [`f${index}`, { kind: 'link', target: 'f1' }] as const))
  t.regex(checkPrestartCommand('./x', tree)[0]!.message, /none of the 11 files/)
})

test('what lies below a link is for the target computer to find', t => {
  const tree = new Map([['tools', { kind: 'link', target: 'bin' } as const]])
  t.deepEqual(checkPrestartCommand('./tools/ask', tree), [])
})

test('an unreadable prestart file is refused', async t => {
  const content = fromSource({ path: '/nowhere/secret', size: 10, identity: 'none' })
  const [found, ...rest] = await checkPrestartFiles(new Map([['secret', { kind: 'file', content }]]))
  t.like(found, { severity: 'error', path: ['prestart', 'files'] })
  t.regex(found!.message, /^secret: .*\/nowhere\/secret.*make the file readable/)
  t.deepEqual(rest, [])
})

test('prestart files that are a device are refused', async t => {
  await using place = await folder({})
  t.regex((await place.found('./x', '/dev/null')).join(), /^error prestart\.files: \/dev\/null is no regular file/)
})
