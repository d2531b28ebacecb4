import { execFileSync, spawn } from 'node:child_process'
import { promises as fs } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root: string = fileURLToPath(new URL('../..', import.meta.url))
const main = join(root, 'packages/cli/src/main.ts')

export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs the command as a user does: a process of its own. */
export function bootwright(
  args: readonly string[],
  { cwd = root, env = {} }: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<Ended> {
  const child = spawn(process.execPath, [main, ...args], {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', chunk => (stdout += chunk))
  child.stderr.on('data', chunk => (stderr += chunk))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', code => resolve({ code, stdout, stderr }))
  })
}

/** A copy of the example in a folder of its own, which goes with `remove`. */
export interface Example {
  readonly folder: string
  readonly definition: string
  remove(): Promise<void>
}

export async function copyExample(): Promise<Example> {
  const folder = await fs.mkdtemp(join(tmpdir(), 'bootwright-e2e-'))
  const source = join(root, 'examples/bootable')
  for (const name of ['bootwright.config.yaml', 'root.pem', 'prestart'])
    await fs.cp(join(source, name), join(folder, name), { recursive: true })
  await fs.symlink(join(source, 'node_modules'), join(folder, 'node_modules'))
  const definition = join(folder, 'bootwright.config.yaml')
  const text = await fs.readFile(definition, 'utf8')
  await fs.writeFile(definition, text.replace('../../out/bootable.iso', 'out/bootable.iso'))
  return { folder, definition, remove: () => fs.rm(folder, { recursive: true, force: true }) }
}

/** Has the example's prestart script do more, before anything else. */
export async function withScript({ folder }: Example, ...lines: readonly string[]): Promise<void> {
  const script = join(folder, 'prestart/ask-owner.sh')
  const text = await fs.readFile(script, 'utf8')
  await fs.writeFile(script, text.replace('\n', ['', '', ...lines, ''].join('\n')))
}

/** Has the example's medium signed, by a key that is made for it, and written as a disk too. */
export async function extendExample({ folder, definition }: Example): Promise<void> {
  const request =
    'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key.pem -out signer.pem -days 365'
  execFileSync('openssl', [...request.split(' '), '-subj', '/CN=Lab media'], { cwd: folder, stdio: 'pipe' })
  const text = await fs.readFile(definition, 'utf8')
  const signed = text
    .replace(
      '  - "@bootwright/target-iso"\n',
      '  - "@bootwright/target-iso"\n  - "@bootwright/target-usb"\n  - "@bootwright/signer-x509"\n',
    )
    .replace(
      '    targets:\n',
      '    serial: 7\n    signers: [{ x509: { certificate: signer.pem, key: key.pem } }]\n    targets:\n      - usb: { file: out/bootable.img }\n',
    )
  await fs.writeFile(definition, signed)
}

/** Builds the example's medium in `folder` and gives the path of the image. */
export async function buildExample({ folder, definition }: Example, ...options: string[]): Promise<string> {
  const { code, stderr, stdout } = await bootwright(['build', '-c', definition, ...options])
  if (code !== 0) throw new Error(`the example does not build (${code}):\n${stderr}\n${stdout}`)
  return join(folder, 'out/bootable.iso')
}
