import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { needs, whereIs } from '@bootwright/test-support'
import test from 'ava'
import { openWithPassword, sealedSize, sealWithPassword } from '../../src/environment/sealed.ts'

const conformance = needs(test, 'age', 'script')
/** For tests whose subject is not the cost of guessing. */
const CHEAP = 10
const plain = Buffer.from('environment '.repeat(700))

/** `age` asks for passwords on a terminal only, twice for a new one; `script` gives it one. */
const ask = async (command: string, password: string): Promise<void> => {
  const terminal = spawn(whereIs('script')!, ['-qec', command, '/dev/null'], {
    stdio: ['pipe', 'ignore', 'ignore'],
    timeout: 60_000,
  })
  terminal.stdin.end(`${password}\n${password}\n`)
  const [code] = await once(terminal, 'exit')
  if (code !== 0) throw new Error(`${command} ended with ${code}`)
}
const folder = async (use: (path: string) => Promise<void>): Promise<void> => {
  const path = await mkdtemp(join(tmpdir(), 'bootwright-medium-'))
  try {
    await use(path)
  } finally {
    await rm(path, { recursive: true })
  }
}

test('what is sealed opens with its password and with no other', async t => {
  const sealed = await sealWithPassword(plain, 'pass é', CHEAP)
  t.deepEqual(Buffer.from(await openWithPassword(sealed, 'pass é')), plain)
  t.deepEqual(
    Buffer.from(await openWithPassword(sealed, 'pass e\u0301')),
    plain,
    'composed otherwise, the same password',
  )
  const error = await t.throwsAsync(openWithPassword(sealed, 'tulip'), { code: 'WRONG_PASSWORD' })
  t.false(error.message.includes('tulip'))
})

test('the size of what is sealed is known before', async t => {
  t.is((await sealWithPassword(new Uint8Array(0), 'x')).length, sealedSize(0))
  for (const size of [65_536, 65_537])
    t.is((await sealWithPassword(new Uint8Array(size), 'x', CHEAP)).length, sealedSize(size))
})

test('one changed byte anywhere is noticed', async t => {
  const sealed = await sealWithPassword(plain, 'x', CHEAP)
  const changedAt = async (index: number, change = (byte: number) => byte ^ 1): Promise<string> => {
    const changed = sealed.with(index, change(sealed[index]!))
    return await openWithPassword(changed, 'x').then(
      () => 'opened',
      error => error.code,
    )
  }
  t.is(await changedAt(3), 'SEALED_BROKEN', 'version line')
  t.is(await changedAt(125), 'SEALED_BROKEN', 'MAC')
  t.is(await changedAt(155), 'SEALED_BROKEN', 'nonce')
  t.is(await changedAt(sealed.length - 1), 'SEALED_BROKEN', 'payload')
  const [a, b] = Buffer.from('AB') as unknown as [number, number]
  const otherLetter = (byte: number): number => (byte === a ? b : a)
  t.is(await changedAt(80, otherLetter), 'WRONG_PASSWORD', 'a damaged stanza cannot be told from a wrong password')
  await t.throwsAsync(openWithPassword(sealed.subarray(0, 100), 'x'), { code: 'SEALED_BROKEN' })
  await t.throwsAsync(openWithPassword(sealed.subarray(0, -1), 'x'), { code: 'SEALED_BROKEN' })
  await t.throwsAsync(openWithPassword(new Uint8Array(0), 'x'), { code: 'SEALED_BROKEN' })
})

test('a header that asks for too much memory is refused before any work', async t => {
  const sealed = Buffer.from(await sealWithPassword(plain, 'x', CHEAP)).toString('latin1')
  const greedy = Buffer.from(sealed.replace(` ${CHEAP}\n`, ' 30\n'), 'latin1')
  await t.throwsAsync(openWithPassword(greedy, 'x'), { code: 'WORK_FACTOR' })
})

conformance('`age -d` opens what we sealed', async t => {
  await folder(async path => {
    await writeFile(join(path, 'sealed.age'), await sealWithPassword(plain, 'pass é word'))
    await ask(`age -d -o ${path}/opened ${path}/sealed.age`, 'pass é word')
    t.deepEqual(await readFile(join(path, 'opened')), plain)
    await t.throwsAsync(ask(`age -d -o ${path}/not ${path}/sealed.age`, 'wrong'))
  })
})

conformance('we open what `age -p` sealed', async t => {
  await folder(async path => {
    await writeFile(join(path, 'plain'), plain)
    await ask(`age -p -o ${path}/sealed.age ${path}/plain`, 'pass é word')
    const sealed = await readFile(join(path, 'sealed.age'))
    t.is(sealed.length, sealedSize(plain.length))
    t.deepEqual(Buffer.from(await openWithPassword(sealed, 'pass é word')), plain)
  })
})
