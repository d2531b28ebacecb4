import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { needs, whereIs } from '@bootwright/test-support'
import test from 'ava'
import { openWithPassword, sealedSize, sealWithPassword } from '../../src/environment/sealed.ts'

const conformance = needs(test, 'age', 'script')
/** Work factor for tests that are not about the cost of guessing. */
const CHEAP = 10
const plain = Buffer.from('environment '.repeat(700))

/** `age` prompts for passwords only on a terminal, twice for a new one; `script` provides a terminal. */
const runOnTerminal = async (command: string, password: string): Promise<void> => {
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

test('a sealed environment opens only with its password', async t => {
  const sealed = await sealWithPassword(plain, 'pass é', CHEAP)
  t.deepEqual(Buffer.from(await openWithPassword(sealed, 'pass é')), plain)
  t.deepEqual(Buffer.from(await openWithPassword(sealed, 'pass e\u0301')), plain, 'accents composed differently')
  const error = await t.throwsAsync(openWithPassword(sealed, 'tulip'), { code: 'WRONG_PASSWORD' })
  t.false(error.message.includes('tulip'))
})

test('the sealed size is known in advance', async t => {
  t.is((await sealWithPassword(new Uint8Array(0), 'x')).length, sealedSize(0))
  for (const size of [65_536, 65_537])
    t.is((await sealWithPassword(new Uint8Array(size), 'x', CHEAP)).length, sealedSize(size))
})

test('one changed byte is detected anywhere', async t => {
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

test('a header that requires too much memory is refused before any work', async t => {
  const sealed = Buffer.from(await sealWithPassword(plain, 'x', CHEAP)).toString('latin1')
  const greedy = Buffer.from(sealed.replace(` ${CHEAP}\n`, ' 30\n'), 'latin1')
  await t.throwsAsync(openWithPassword(greedy, 'x'), { code: 'WORK_FACTOR' })
})

conformance('`age -d` opens our sealed files', async t => {
  await folder(async path => {
    await writeFile(join(path, 'sealed.age'), await sealWithPassword(plain, 'pass é word'))
    await runOnTerminal(`age -d -o ${path}/opened ${path}/sealed.age`, 'pass é word')
    t.deepEqual(await readFile(join(path, 'opened')), plain)
    await t.throwsAsync(runOnTerminal(`age -d -o ${path}/not ${path}/sealed.age`, 'wrong'))
  })
})

conformance('files sealed by `age -p` open', async t => {
  await folder(async path => {
    await writeFile(join(path, 'plain'), plain)
    await runOnTerminal(`age -p -o ${path}/sealed.age ${path}/plain`, 'pass é word')
    const sealed = await readFile(join(path, 'sealed.age'))
    t.is(sealed.length, sealedSize(plain.length))
    t.deepEqual(Buffer.from(await openWithPassword(sealed, 'pass é word')), plain)
  })
})
