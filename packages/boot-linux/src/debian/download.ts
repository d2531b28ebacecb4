import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { digest, fromFile } from '@bootwright/bytes'
import { BootLinuxError } from '../errors.ts'
import type { Apt } from './apt.ts'
import type { Package } from './package-list.ts'

/** Fetches the packages, hands `use` the path of each one's file by name, and removes the files afterwards. */
export async function withPackages<T>(
  apt: Apt,
  packages: readonly Package[],
  folder: string,
  use: (files: ReadonlyMap<string, string>) => Promise<T>,
): Promise<T> {
  const temporary = await mkdtemp(join(folder, 'download-'))
  try {
    await download(apt, packages, temporary)
    const files = new Map(packages.map(each => [each.name, join(temporary, fileName(each))]))
    for (const { name, sha256 } of packages) {
      const found = await digest(await fromFile(files.get(name)!))
      if (found !== sha256)
        throw new BootLinuxError(
          'PACKAGE_CHANGED',
          name,
          `the package ${name} has the SHA-256 ${found}; expected ${sha256}, as before; build with --update to take what there is now`,
        )
    }
    return await use(files)
  } finally {
    await rm(temporary, { recursive: true, force: true })
  }
}

async function download(apt: Apt, packages: readonly Package[], folder: string): Promise<void> {
  const exact = packages.map(({ name, version }) => `${name}=${version}`)
  if (await apt.download(exact, folder)) return
  // The lists may be missing or old.
  await apt.update()
  if (await apt.download(exact, folder)) return
  const gone: string[] = []
  for (const each of exact) if ((await apt.show([each])).length === 0) gone.push(each)
  const what = gone.length > 0 ? gone : exact
  throw new BootLinuxError(
    'PACKAGE_GONE',
    what.join(' '),
    `cannot download ${what.join(', ')}: this definition was built with them before, and the mirror has them no more or cannot be reached; ` +
      'build with --update to take the versions there are now',
  )
}

/** As `apt-get download` names it: the colon of an epoch is escaped. */
export const fileName = ({ name, version, architecture }: Package): string =>
  `${name}_${version.replaceAll(':', '%3a')}_${architecture}.deb`
