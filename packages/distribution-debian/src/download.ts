import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { LinuxPackage } from '@bootwright/api'
import { digest, fromFile } from '@bootwright/bytes'
import type { Apt } from './apt.ts'
import { DebianError } from './errors.ts'

export interface Downloaded extends AsyncDisposable {
  /** Path of each package's file, by package name. */
  readonly files: ReadonlyMap<string, string>
}

/**
 * Downloads the packages into a new folder below `folder`, which is deleted when the result is disposed or the download fails. Throws
 * {@link DebianError} `PACKAGE_GONE` or `PACKAGE_CHANGED`.
 */
export async function downloadPackages(
  apt: Apt,
  packages: readonly LinuxPackage[],
  folder: string,
): Promise<Downloaded> {
  const temporary = await mkdtemp(join(folder, 'download-'))
  const remove = (): Promise<void> => rm(temporary, { recursive: true, force: true })
  try {
    await download(apt, packages, temporary)
    const files = new Map(packages.map(each => [each.name, join(temporary, fileName(each))]))
    await verify(packages, files)
    return { files, [Symbol.asyncDispose]: remove }
  } catch (error) {
    await remove()
    throw error
  }
}

async function verify(packages: readonly LinuxPackage[], files: ReadonlyMap<string, string>): Promise<void> {
  for (const { name, sha256 } of packages) {
    const found = await digest(await fromFile(files.get(name)!))
    if (found !== sha256)
      throw new DebianError(
        'PACKAGE_CHANGED',
        name,
        `the package ${name} has the SHA-256 ${found}, but ${sha256} is pinned; run \`bootwright build --update\` to accept the current packages`,
      )
  }
}

async function download(apt: Apt, packages: readonly LinuxPackage[], folder: string): Promise<void> {
  const exact = packages.map(({ name, version }) => `${name}=${version}`)
  if (await apt.download(exact, folder)) return
  // The lists may be missing or out of date.
  await apt.update()
  if (await apt.download(exact, folder)) return
  const unavailable: string[] = []
  for (const each of exact) if ((await apt.show([each])).length === 0) unavailable.push(each)
  const missing = unavailable.length > 0 ? unavailable : exact
  throw new DebianError(
    'PACKAGE_GONE',
    missing.join(' '),
    `cannot download ${missing.join(', ')}: the mirror no longer has these pinned versions, or cannot be reached; ` +
      'run `bootwright build --update` to pin the current versions',
  )
}

/** The file name that `apt-get download` uses: the colon of an epoch is escaped. */
export const fileName = ({ name, version, architecture }: LinuxPackage): string =>
  `${name}_${version.replaceAll(':', '%3a')}_${architecture}.deb`
