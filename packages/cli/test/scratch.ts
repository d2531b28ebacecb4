import { promises as fs } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ExecutionContext } from 'ava'

/** A folder with a definition in it and the official plugins to be found from it; it goes when the test ends. */
export async function scratch(t: ExecutionContext, media?: object): Promise<string> {
  const folder = await fs.mkdtemp(join(tmpdir(), 'bootwright-cli-'))
  t.teardown(() => fs.rm(folder, { recursive: true, force: true }))
  const modules = fileURLToPath(new URL('../../../examples/bootable/node_modules', import.meta.url))
  await fs.symlink(modules, join(folder, 'node_modules'))
  const definition = { plugins: ['@bootwright/plugin-bootable', '@bootwright/target-iso'], media }
  if (media) await fs.writeFile(join(folder, 'bootwright.config.json'), JSON.stringify(definition, null, 2))
  return folder
}

/** A medium without boot image: it is built at once. */
export const medium: Readonly<Record<string, unknown>> = {
  type: 'bootable',
  label: 'A label that is longer than thirty-two characters',
  management: 'dynamic',
  managementPoints: [{ url: 'http://mp.example', allowHttp: true }],
  variables: { DomainPassword: { secret: { env: 'DOMAIN_PASSWORD' } } },
  targets: [{ iso: { file: 'out/lab.iso' } }],
}
