// Packs every package as it would be published and checks it with publint.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'

const out = mkdtempSync(join(tmpdir(), 'bootwright-pack-'))
let problems = 0
try {
  execFileSync(
    'pnpm',
    [
      '--recursive',
      '--filter',
      './packages/*',
      '--filter',
      '!@bootwright/test-support',
      'pack',
      '--pack-destination',
      out,
    ],
    {
      stdio: ['ignore', 'ignore', 'inherit'],
      shell: process.platform === 'win32',
    },
  )
  for (const packed of readdirSync(out).sort()) {
    const tarball = readFileSync(join(out, packed))
    const data = tarball.buffer.slice(tarball.byteOffset, tarball.byteOffset + tarball.byteLength)
    const { messages, pkg } = await publint({ pack: { tarball: data }, level: 'warning' })
    for (const message of messages) console.error(`${pkg.name}: ${formatMessage(message, pkg)}`)
    problems += messages.length
  }
} finally {
  rmSync(out, { recursive: true, force: true })
}
console.log(`${problems} problems with what would be published`)
process.exitCode = problems ? 1 : 0
