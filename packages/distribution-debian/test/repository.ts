import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { scratch } from '@bootwright/test-support'
import { type DebContent, debFile } from './deb.ts'

export interface FakePackage {
  readonly name: string
  readonly version: string
  readonly architecture: string
  readonly depends?: string
  readonly content?: DebContent | Buffer
}

/** A local mirror, and a system whose apt uses only this mirror. */
export interface Repository {
  /** Replaces all packages. */
  publish(packages: readonly FakePackage[]): Promise<void>
  /** Paths of files that apt left in the system's folders. */
  traces(): readonly string[]
}

/** Sets `APT_CONFIG` of this thread, so that apt uses no other source. */
export function openRepository(): Repository {
  const folder = scratch()
  const mirror = join(folder, 'mirror')
  const system = join(folder, 'system')
  for (const path of [mirror, join(system, 'state'), join(system, 'cache')]) mkdirSync(path, { recursive: true })
  writeFileSync(join(folder, 'sources.list'), `deb [trusted=yes] copy:${mirror} ./\n`)
  const touch = (name: string): string => `APT::Update::${name} { "touch ${join(system, name)}"; };\n`
  const settings = {
    'Dir::State': join(system, 'state'),
    'Dir::State::lists': join(system, 'lists'),
    'Dir::Cache': join(system, 'cache'),
    'Dir::Etc::sourcelist': join(folder, 'sources.list'),
    'Dir::Etc::sourceparts': '/dev/null',
    'Dir::Etc::preferencesparts': '/dev/null',
  }
  writeFileSync(
    join(folder, 'apt.conf'),
    Object.entries(settings)
      .map(([name, value]) => `${name} "${value}";\n`)
      .concat(['Pre-Invoke', 'Post-Invoke', 'Post-Invoke-Success'].map(touch))
      .join(''),
  )
  process.env.APT_CONFIG = join(folder, 'apt.conf')
  return {
    async publish(packages) {
      for (const name of readdirSync(mirror)) rmSync(join(mirror, name))
      let index = ''
      for (const { name, version, architecture, depends, content = {} } of packages) {
        const file = await debFile(content)
        const fileName = `${name}_${version.replace(':', '.')}_${architecture}.deb`
        writeFileSync(join(mirror, fileName), file)
        const fields = {
          Package: name,
          Version: version,
          Architecture: architecture,
          Maintainer: 'Nobody <nobody@example.invalid>',
          ...(depends !== undefined && { Depends: depends }),
          Filename: `./${fileName}`,
          Size: file.length,
          SHA256: createHash('sha256').update(file).digest('hex'),
          Description: `fake\n more of it\n .\n and more`,
        }
        index += `${Object.entries(fields)
          .map(([key, value]) => `${key}: ${value}\n`)
          .join('')}\n`
      }
      writeFileSync(join(mirror, 'Packages'), index)
    },
    traces: () =>
      readdirSync(system, { recursive: true, encoding: 'utf8' }).filter(path => !['state', 'cache'].includes(path)),
  }
}
