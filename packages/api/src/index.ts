import type { Entry, Tree } from '@bootwright/bytes'
import type { AsyncSeriesHook } from 'tapable'
import type { BootFiles, BootImage } from './boot-image.ts'
import type { ContentSource } from './content.ts'
import type { Architecture, MediumDefinition, SiteDefinition } from './definition.ts'
import type { ImageReader } from './image-reader.ts'
import type { LinuxDistribution } from './linux-distribution.ts'
import type { Log, Progress } from './report.ts'
import type { Schema } from './schema.ts'
import type { Secret, SecretReference } from './secret.ts'
import type { Signer } from './signer.ts'
import type { Platform, Step } from './step.ts'
import type { Image, MediumAbout, Target, WrittenPart } from './target.ts'
import type { Token, Values } from './token.ts'

export * from './boot-image.ts'
export * from './content.ts'
export * from './definition.ts'
export * from './image-reader.ts'
export * from './linux-distribution.ts'
export * from './report.ts'
export * from './schema.ts'
export * from './secret.ts'
export * from './signer.ts'
export * from './step.ts'
export * from './target.ts'
export * from './token.ts'

// The types in this file refer to each other: a media type receives a context that finds contributions, of which media types are one kind.

// biome-ignore lint/suspicious/noExplicitAny: options are validated at run time by the contribution's own schema
type Any = any

/**
 * Every kind of contribution. Third parties merge into this interface to add a kind: `declare module '@bootwright/api'`. It has to be in
 * this file, because an interface that is exported again from another file does not merge.
 */
export interface Contributions {
  readonly mediaType: MediaType<Any>
  readonly bootImage: BootImageDriver<Any>
  readonly linuxDistribution: LinuxDistribution
  readonly contentSource: ContentSource
  readonly signer: Signer<Any>
  readonly target: Target<Any>
  readonly imageReader: ImageReader
  readonly step: Step<Any>
}
export type Kind = keyof Contributions

/** Changes only when `setup(api)` breaks. */
export const API_VERSION = 1 as const

export interface Plugin {
  /** The package name. */
  readonly name: string
  readonly apiVersion: typeof API_VERSION
  /** Plugins that are set up before this one, if they are present. */
  readonly after?: readonly string[]
  setup(api: PluginApi): void | Promise<void>
}

export interface PluginApi {
  readonly hooks: PluginHooks
  /** Provides a service under a token; created once, when it is first needed. */
  provide<T, const D extends readonly Token<unknown>[]>(
    key: Token<T>,
    needs: D,
    create: (...values: Values<D>) => T,
  ): void
  /** Adds a contribution of a kind; created once, when it is first used. */
  contribute<K extends Kind, const D extends readonly Token<unknown>[]>(
    kind: K,
    name: string,
    needs: D,
    create: (...values: Values<D>) => Contributions[K],
  ): void
  /** Runs when the kernel closes, in reverse order, also after a failure. */
  onDispose(dispose: () => void | Promise<void>): void
}

/** The default export of a plugin module: the plugin, or a function from its options to the plugin. */
export type PluginModule = Plugin | PluginFactory
export interface PluginFactory {
  (options: unknown): Plugin
  /** Validates the options before the function is called. Without a schema, a plugin takes no options. */
  readonly schema?: Schema
}

/** Checks the plugin's shape at compile time. */
export const definePlugin = <const P extends Plugin>(plugin: P): P => plugin

/** The phases of the lifecycle, in order. */
export interface Hooks {
  readonly resolveContent: AsyncSeriesHook<[BuildContext]>
  readonly prestart: AsyncSeriesHook<[BuildContext]>
  readonly package: AsyncSeriesHook<[BuildContext]>
  readonly sign: AsyncSeriesHook<[BuildContext]>
  readonly write: AsyncSeriesHook<[BuildContext]>
}
export type HookName = keyof Hooks

/** A hook as plugins see it: they can tap it, but not call it. */
export type Tappable<H> = Pick<H, Extract<'tap' | 'tapPromise', keyof H>>
export type PluginHooks = { readonly [H in HookName]: Tappable<Hooks[H]> }

/**
 * The order of taps within a phase. The kernel's own work comes first among the `normal` taps. In `sign` the manifest is created and signed
 * between `normal` and `late`: a late tap sees it, and can no longer change the tree.
 */
export const Stage: { readonly early: -100; readonly normal: 0; readonly late: 100 } = Object.freeze({
  early: -100,
  normal: 0,
  late: 100,
})

/** The build of one medium. The same context runs through the whole lifecycle; each plugin sees it with its own log and progress. */
export interface BuildContext<Options = unknown> {
  readonly medium: MediumDefinition<Options>
  readonly site: SiteDefinition
  /** Folder of the definition file: relative paths are relative to it. */
  readonly folder: string
  /** The files of the medium. They can change until the manifest is signed: see {@link Stage}. */
  readonly tree: Map<string, Entry>
  /** The one time stamp of the medium. Known after `resolveContent`. */
  readonly date: Date
  /** Known after `resolveContent`. */
  readonly bootImage: BootImage | undefined
  /** Known after the kernel's own work in `package`. */
  readonly boot: BootFiles | undefined
  /** One image for each target, in the order of the definition. Known after `package`; planned again when the manifest has been added. */
  readonly images: readonly Image[]
  /** Known after `write`. */
  readonly written: readonly WrittenPart[]
  /** Start of the build, for warnings about expiry; never written to the medium. */
  readonly now: Date
  readonly signal: AbortSignal
  readonly progress: Progress
  readonly log: Log
  /** The contribution of a kind and name. Throws, naming those that exist. */
  use<K extends Kind>(kind: K, name: string): Contributions[K]
  /** Names of all contributions of a kind. */
  names(kind: Kind): readonly string[]
  /** Resolves `{ env: NAME }` or `{ file: path }`; a plain string is the secret itself. Throws when it is missing or empty. */
  secret(reference: SecretReference): Promise<Secret>
  /** The files at a path relative to the definition, or at a URL through a content source. A single file becomes a tree of one. */
  content(reference: string): Promise<Tree>
}

/**
 * A media type, contributed under the name that a definition uses: `type: bootable`. The kernel calls its methods in the phases of the same
 * name; they fill `context.tree`.
 */
export interface MediaType<Options = unknown> {
  /** Validates the keys of a medium that the kernel itself does not know. */
  readonly schema: Schema<Options>
  /** Whether content may span several media of a set. */
  readonly canSpan: boolean
  /** Facts from the options that an image format may have fields for. */
  about?(options: Options): MediumAbout
  /** Everything wrong with the options taken together with the site, before anything is fetched or written. */
  check?(context: CheckContext<Options>): Promise<readonly Finding[]> | readonly Finding[]
  resolveContent?(context: BuildContext<Options>): Promise<void>
  prestart?(context: BuildContext<Options>): Promise<void>
  package(context: BuildContext<Options>): Promise<void>
}

export type CheckContext<Options = unknown> = Pick<
  BuildContext<Options>,
  'medium' | 'site' | 'folder' | 'secret' | 'now' | 'signal' | 'use' | 'names'
> & {
  /** Whether the definition gives the medium a boot image. */
  readonly hasBootImage: boolean
  /** The operating system of the boot image. */
  readonly platform: Platform | undefined
}

/** Something wrong with the definition. */
export interface Finding {
  readonly severity: 'error' | 'warning'
  /** Where in the medium's options: `['managementPoints', 0]`. */
  readonly path: readonly (string | number)[]
  /** What was found, what was expected, what to do. */
  readonly message: string
}

/** Creates boot images of one family. Contributed under the name that a definition uses: `bootImage: { linux: { … } }`. */
export interface BootImageDriver<Options = unknown> {
  readonly schema: Schema<Options>
  /** The operating system of its images; task sequences are validated for it. */
  readonly platform: Platform
  /** Fetches all parts of the image. Throws when it is not available for this architecture. */
  resolve(request: BootImageRequest<Options>): Promise<BootImage>
}

export interface BootImageRequest<Options = unknown> extends Pick<BuildContext, 'use' | 'names' | 'secret'> {
  readonly options: Options
  readonly architecture: Architecture
  /** Folder of the definition file: relative paths in the options are relative to it. */
  readonly folder: string
  readonly signal: AbortSignal
  readonly progress: Progress
  readonly log: Log
}
