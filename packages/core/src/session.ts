import { join } from 'node:path'
import {
  DigestCache,
  type HookName,
  type Image,
  Keeper,
  Library,
  type MediumDefinition,
  type Plugin,
  type WrittenPart,
} from '@bootwright/api'
import type { Tree } from '@bootwright/bytes'
import { findDefinition } from './config/find.ts'
import { DefinitionError, type DefinitionFinding } from './config/findings.ts'
import { definitionJsonSchema } from './config/json-schema.ts'
import { type Definition, judgeDefinition, judgePlugins, type SchemaLookup } from './config/judge.ts'
import { loadDefinition } from './config/load.ts'
import { openDigestCache } from './content/digest-cache.ts'
import { openKeeper } from './content/keeper.ts'
import { openLibrary } from './content/library.ts'
import type { BuildEvent, Emit } from './kernel/events.ts'
import { Kernel } from './kernel/kernel.ts'
import { check } from './lifecycle/check.ts'
import { type MediumBuild, type Run, startMedium } from './lifecycle/medium-build.ts'
import { runStages, tapSteps } from './lifecycle/run-stages.ts'
import { loadPlugins } from './plugins/load.ts'
import { createSecrets } from './secrets/secrets.ts'

export interface OpenOptions {
  /** The definition is looked for from here. */
  readonly cwd: string
  /** The definition file, instead of looking for it. */
  readonly file?: string | undefined
  /** Environment variables, for secrets. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** The content library; it is made when it is missing. */
  readonly libraryFolder: string
  /** Plugins that are there without being listed. */
  readonly builtIn?: readonly Plugin[]
  /** What time it is, for warnings about expiry; never goes onto a medium. */
  readonly now: Date
  /** The date of the media, instead of their boot image's. */
  readonly sourceDate?: Date | undefined
  /** Makes again what is kept: package versions, certificates, sealed environments. */
  readonly refresh?: boolean
  /** Computes every digest again. */
  readonly coldDigests?: boolean
  /** Nothing is kept beside the definition. */
  readonly isPlanOnly?: boolean
  readonly signal?: AbortSignal
  readonly onEvent?: (event: BuildEvent) => void
}

/** A medium as it would be written. */
export interface PlannedMedium {
  readonly medium: MediumDefinition
  readonly date: Date
  readonly bootImage: string | undefined
  readonly tree: Tree
  readonly images: readonly Image[]
}
export interface BuiltMedium extends PlannedMedium {
  readonly written: readonly WrittenPart[]
}

/** A definition with its plugins loaded. */
export interface Session extends AsyncDisposable {
  readonly definition: Definition
  /** All that is wrong with the named media, by default all of them. */
  check(names?: readonly string[]): Promise<readonly DefinitionFinding[]>
  /** Everything but writing. Throws `DefinitionError` when something is wrong. */
  plan(names?: readonly string[]): Promise<readonly PlannedMedium[]>
  /** Plans all, then writes all. Throws `DefinitionError` before anything is written when something is wrong. */
  build(names?: readonly string[], options?: { readonly overwrite?: boolean }): Promise<readonly BuiltMedium[]>
  /** The JSON Schema of definitions with these plugins. */
  jsonSchema(): object
  /** Replaces every secret that was used in `text`. */
  mask(text: string): string
}

const PLANNING: readonly HookName[] = ['resolveContent', 'prestart', 'package', 'sign']

/** Finds, reads and judges a definition and sets its plugins up. Throws `DefinitionError` with all that is wrong. */
export async function openSession(options: OpenOptions): Promise<Session> {
  const { signal = new AbortController().signal, builtIn = [] } = options
  const path = await findDefinition({ cwd: options.cwd, file: options.file })
  const raw = await loadDefinition(path, signal)
  const plugins = await loadPlugins(judgePlugins(raw), { definitionPath: path, builtIn, signal })
  const secrets = createSecrets({ env: options.env, folder: raw.folder })
  const emit: Emit = event => options.onEvent?.(masked(event, secrets.mask))
  const kernel = await Kernel.create(plugins, emit, created => {
    const { registry } = created
    tapSteps(created)
    const core = '@bootwright/core'
    const keeper = {
      folder: join(raw.folder, '.bootwright'),
      isReadOnly: options.isPlanOnly ?? false,
      refresh: options.refresh ?? false,
    }
    registry.provide(core, Library, [], () => openLibrary(options.libraryFolder, signal))
    registry.provide(core, Keeper, [], () => openKeeper(keeper))
    registry.provide(core, DigestCache, [], () => openDigestCache(options.libraryFolder, options.coldDigests))
  })
  try {
    const definition = await judgeDefinition(raw, lookupIn(kernel))
    const run = {
      kernel,
      definition,
      secrets,
      now: options.now,
      sourceDate: options.sourceDate,
      overwrite: false,
      signal,
    }
    return sessionOf(run)
  } catch (error) {
    await kernel[Symbol.asyncDispose]()
    throw error
  }
}

function sessionOf(run: Run): Session {
  const { kernel, definition, secrets } = run
  const plan = async (builds: readonly MediumBuild[], findings: readonly DefinitionFinding[]): Promise<void> => {
    for (const { severity, message } of findings)
      if (severity === 'warning') kernel.emit({ type: 'log', level: 'warn', plugin: '@bootwright/core', message })
    const errors = findings.filter(finding => finding.severity === 'error')
    if (errors.length > 0) throw new DefinitionError(errors)
    for (const build of builds) await runStages(build, PLANNING)
  }
  return {
    definition,
    async check(names) {
      const builds = chosen(definition, names).map(entry => startMedium(run, entry))
      return [...definition.warnings, ...(await check(run, builds, false))]
    },
    plan: names =>
      kernel.watch(async () => {
        const builds = chosen(definition, names).map(entry => startMedium(run, entry))
        await plan(builds, [...definition.warnings, ...(await check(run, builds, false))])
        return builds.map(planned)
      }),
    build: (names, { overwrite = false } = {}) =>
      kernel.watch(async () => {
        const writing = { ...run, overwrite }
        const builds = chosen(definition, names).map(entry => startMedium(writing, entry))
        await plan(builds, [...definition.warnings, ...(await check(writing, builds, true))])
        for (const build of builds) await runStages(build, ['write'])
        return builds.map(build => ({ ...planned(build), written: build.written }))
      }),
    jsonSchema: () => definitionJsonSchema(lookupIn(kernel)),
    mask: secrets.mask,
    [Symbol.asyncDispose]: () => kernel[Symbol.asyncDispose](),
  }
}

function chosen({ media, path }: Definition, names: readonly string[] = []): Definition['media'] {
  const known = media.map(entry => entry.medium.name)
  const unknown = names.filter(name => !known.includes(name))
  if (unknown.length > 0)
    throw new DefinitionError(
      unknown.map(name => ({
        severity: 'error',
        file: path,
        path: ['media', name],
        message: `no medium "${name}"; known: ${known.join(', ')}`,
      })),
    )
  return names.length === 0 ? media : media.filter(entry => names.includes(entry.medium.name))
}

const planned = (build: MediumBuild): PlannedMedium => ({
  medium: build.medium,
  date: build.date,
  bootImage: build.bootImage?.description,
  tree: build.tree,
  images: build.images,
})

const lookupIn = ({ registry }: Kernel): SchemaLookup => ({
  names: kind => registry.names(kind),
  schema: (kind, name) => registry.use(kind, name).schema,
})

function masked(event: BuildEvent, mask: (text: string) => string): BuildEvent {
  if (event.type === 'log') return { ...event, message: mask(event.message) }
  return event.type === 'progress' ? { ...event, task: mask(event.task) } : event
}
