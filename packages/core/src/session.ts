import { join } from 'node:path'
import {
  type Contributions,
  DigestCache,
  type HookName,
  type Image,
  type Kind,
  Library,
  type MediumDefinition,
  PinStore,
  type Plugin,
  type WriteChoices,
  type WrittenPart,
} from '@bootwright/api'
import type { Tree } from '@bootwright/bytes'
import { createFindings, DefinitionError, type DefinitionFinding, formatFinding } from '@bootwright/diagnostics'
import { findDefinition } from './config/find-definition.ts'
import { definitionJsonSchema } from './config/json-schema.ts'
import { loadDefinition } from './config/load-definition.ts'
import {
  type Definition,
  type SchemaLookup,
  validateDefinition,
  validatePlugins,
} from './config/validate-definition.ts'
import { openDigestCache } from './content/digest-cache.ts'
import { openLibrary } from './content/library.ts'
import { type DeferredPinStore, openPinStore } from './content/pin-store.ts'
import type { BuildEvent, Emit } from './kernel/events.ts'
import { Kernel } from './kernel/kernel.ts'
import { CORE } from './kernel/plugin-call.ts'
import { watchIdle } from './kernel/watchdog.ts'
import { attest } from './lifecycle/attest.ts'
import { check, checkPlanned } from './lifecycle/check.ts'
import { runPhases, tapLifecycle } from './lifecycle/lifecycle.ts'
import { type MediumBuild, type Run, startMedium } from './lifecycle/medium-build.ts'
import { loadPlugins } from './plugins/load-plugins.ts'
import { createSecrets } from './secrets/secrets.ts'

export interface OpenOptions {
  /** Where the search for the definition starts. */
  readonly cwd: string
  /** The definition file; searched if absent. */
  readonly file?: string | undefined
  /** Environment variables, for secrets. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** The content library; created if missing. */
  readonly libraryFolder: string
  /** Plugins that need not be listed. */
  readonly builtIn?: readonly Plugin[]
  /** The present time, for warnings about expiry; never written to a medium. */
  readonly now: Date
  /** Date of the media; by default their boot image's. */
  readonly sourceDate?: Date | undefined
  /** Refreshes pinned package versions, certificates and sealed environments. */
  readonly refresh?: boolean
  /** Computes all digests anew. */
  readonly coldDigests?: boolean
  readonly signal?: AbortSignal
  /** Must not throw: the error would be attributed to the reporting plugin. */
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

/** A definition with its plugins loaded. One run at a time. */
export interface Session extends AsyncDisposable {
  readonly definition: Definition
  /** Findings about the named media; all media by default. */
  check(names?: readonly string[]): Promise<readonly DefinitionFinding[]>
  /** Does everything except writing; only the content library changes. Throws `DefinitionError` with all errors. */
  plan(names?: readonly string[]): Promise<readonly PlannedMedium[]>
  /** Plans all media, then writes all. Throws `DefinitionError` with all errors before anything is written. */
  build(names?: readonly string[], options?: Partial<WriteChoices>): Promise<readonly BuiltMedium[]>
  /** The contribution of a kind and name. Throws, naming those that exist. */
  use<K extends Kind>(kind: K, name: string): Contributions[K]
  names(kind: Kind): readonly string[]
  /** The JSON Schema of definitions with these plugins. */
  jsonSchema(): object
  /** Masks every secret resolved so far. */
  mask(text: string): string
}

const NOTHING_ALLOWED: WriteChoices = { overwrite: false, update: false, verify: true, attest: false }
const PLANNING: readonly HookName[] = ['resolveContent', 'prestart', 'package', 'sign']

/** Finds, reads and validates a definition and sets up its plugins. Throws `DefinitionError` with all findings. */
export async function openSession(options: OpenOptions): Promise<Session> {
  const { signal = new AbortController().signal } = options
  const path = await findDefinition({ cwd: options.cwd, file: options.file })
  const raw = await loadDefinition(path, signal)
  const findings = createFindings(raw.path, raw.locate)
  const secrets = createSecrets({ env: options.env, folder: raw.folder })
  const emit: Emit = event => options.onEvent?.(masked(event, secrets.mask))
  const pins = openPinStore({ folder: join(raw.folder, '.bootwright'), refresh: options.refresh ?? false })
  const plugins = await watchIdle(
    () =>
      loadPlugins(validatePlugins(raw, findings), {
        definitionPath: path,
        builtIn: options.builtIn ?? [],
        signal,
        findings,
      }),
    new Set([{ hook: 'load', plugin: CORE, name: `the plugins of ${path}` }]),
    signal,
  )
  const prepare = (kernel: Kernel): void => {
    const { registry } = kernel
    tapLifecycle(kernel)
    registry.provide(CORE, Library, [], () => openLibrary(options.libraryFolder, signal))
    registry.provide(CORE, PinStore, [], () => pins)
    registry.provide(CORE, DigestCache, [], () => openDigestCache(options.libraryFolder, options.coldDigests))
  }
  const kernel = await Kernel.create(plugins, { emit, signal, prepare }).catch(error => {
    // A missing plugin may be why another one fails, so findings about the list are reported first.
    findings.throwIfErrors()
    throw error
  })
  try {
    const definition = await kernel.watch(() => validateDefinition(raw, lookupIn(kernel), findings))
    const { now, sourceDate } = options
    const run: Run = {
      kernel,
      definition,
      secrets,
      now,
      sourceDate,
      writing: NOTHING_ALLOWED,
      isPlan: true,
      signal,
    }
    if (findings.errors.length > 0) {
      // Includes findings about the media that can be checked further, so that all are reported at once.
      const builds = definition.media.map(entry => startMedium(run, entry))
      throw new DefinitionError([...findings.all, ...(await kernel.watch(() => check(run, builds, true)))])
    }
    return sessionOf(run, pins)
  } catch (error) {
    await kernel.abandon()
    throw error
  }
}

function sessionOf(session: Run, keeper: DeferredPinStore): Session {
  const { kernel, definition, secrets } = session
  const started = (run: Run, names?: readonly string[]): readonly MediumBuild[] =>
    chosen(definition, names).map(entry => startMedium(run, entry))
  const throwOnErrors = (findings: readonly DefinitionFinding[]): void => {
    for (const finding of findings)
      if (finding.severity === 'warning')
        kernel.reports.log(CORE).warn(formatFinding({ ...finding, severity: 'error' }))
    const errors = findings.filter(finding => finding.severity === 'error')
    if (errors.length > 0) throw new DefinitionError(errors)
  }
  const planAll = async (run: Run, builds: readonly MediumBuild[], mayExist: boolean): Promise<void> => {
    throwOnErrors([...definition.warnings, ...(await check(run, builds, mayExist))])
    for (const build of builds) await runPhases(build, PLANNING)
    throwOnErrors(await checkPlanned(run, builds, mayExist))
  }
  return {
    definition,
    check: names =>
      kernel.watch(async () => [...definition.warnings, ...(await check(session, started(session, names), true))]),
    plan: names =>
      kernel.watch(async () => {
        keeper.hold()
        const builds = started(session, names)
        await planAll(session, builds, true)
        return builds.map(planned)
      }),
    build: (names, options = {}) =>
      kernel.watch(async () => {
        keeper.hold()
        const writing = { ...NOTHING_ALLOWED, ...options }
        const run = { ...session, writing, isPlan: false }
        const builds = started(run, names)
        await planAll(run, builds, writing.overwrite || writing.update)
        await keeper.release()
        for (const build of builds) {
          await runPhases(build, ['write'])
          if (writing.attest) await attest(build)
        }
        return builds.map(build => ({ ...planned(build), written: build.written }))
      }),
    use: (kind, name) => kernel.registry.use(kind, name),
    names: kind => kernel.registry.names(kind),
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
        message: `no medium "${name}"; known: ${known.join(', ') || 'none'}`,
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
