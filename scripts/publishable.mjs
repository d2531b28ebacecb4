// Packs every public package as it would be published and has publint judge the result.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'

const out = mkdtempSync(join(tmpdir(), 'bootwright-pack-'))
let problems = 0
try {
  for (const name of readdirSync('packages').sort()) {
    const folder = join('packages', name)
    if (!existsSync(join(folder, 'package.json'))) continue
    execFileSync('pnpm', ['pack', '--pack-destination', out], {
      cwd: folder,
      stdio: 'ignore',
      shell: process.platform === 'win32',
    })
    const packed = readdirSync(out).find(file => file.endsWith('.tgz'))
    const tarball = readFileSync(join(out, packed))
    rmSync(join(out, packed))
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
