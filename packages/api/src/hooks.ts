import type { Entry, Tree } from '@bootwright/bytes'
import type { AsyncSeriesHook } from 'tapable'
import type { BootFiles, BootImage } from './boot-image.ts'
import type { MediumDefinition, SiteDefinition } from './definition.ts'
import type { Contributions, Kind } from './index.ts'
import type { Log, Progress } from './report.ts'
import type { Secret } from './secret.ts'
import type { Image, WrittenPart } from './target.ts'

/** The build of one medium. One context goes through the whole lifecycle; each tap sees it with its own plugin's log. */
export interface BuildContext<Options = unknown> {
  readonly medium: MediumDefinition<Options>
  readonly site: SiteDefinition
  /** Folder of the definition file: relative paths are relative to it. */
  readonly folder: string
  /** What the medium will hold. Open until `sign` has ended. */
  readonly tree: Map<string, Entry>
  /** The one time stamp of the medium. Known after `resolveContent`. */
  readonly date: Date
  /** Known after `resolveContent`. */
  readonly bootImage: BootImage | undefined
  /** Known after the kernel's own step of `package`. */
  readonly boot: BootFiles | undefined
  /** One image for each target, in the order of the definition. Known after `package`; planned again after `sign`. */
  readonly images: readonly Image[]
  /** What was written. Known after `write`. */
  readonly written: readonly WrittenPart[]
  /** When the build was started, for warnings about expiry; never goes onto the medium. */
  readonly now: Date
  readonly signal: AbortSignal
  readonly progress: Progress
  readonly log: Log
  /** The contribution of that kind and name. Throws, naming those that exist. */
  use<K extends Kind>(kind: K, name: string): Contributions[K]
  /** Of all contributions of a kind. */
  names(kind: Kind): readonly string[]
  /** The secret behind `{ env: NAME }` or `{ file: path }`; a plain string is taken as it is. Throws when it cannot be had. */
  secret(reference: SecretReference): Promise<Secret>
  /** The files behind a path relative to the definition, or behind a URL through a content source. A file becomes a tree of one. */
  content(reference: string): Promise<Tree>
}

/** How a definition refers to a secret. A plain string is the value itself. */
export type SecretReference = string | { readonly env: string } | { readonly file: string }

/** The lifecycle, in the order it runs. */
export interface Hooks {
  readonly resolveContent: AsyncSeriesHook<[BuildContext]>
  readonly prestart: AsyncSeriesHook<[BuildContext]>
  readonly package: AsyncSeriesHook<[BuildContext]>
  readonly sign: AsyncSeriesHook<[BuildContext]>
  readonly write: AsyncSeriesHook<[BuildContext]>
}
export type HookName = keyof Hooks

/** What a plugin sees of a hook: it may tap, it may not call. */
export type Tappable<H> = Pick<H, Extract<'tap' | 'tapPromise', keyof H>>
export type PluginHooks = { readonly [H in HookName]: Tappable<Hooks[H]> }

/** When a tap runs within its hook. The kernel's own step runs at `normal`, before the plugins' taps of that stage. */
export const Stage: { readonly early: -100; readonly normal: 0; readonly late: 100 } = Object.freeze({
  early: -100,
  normal: 0,
  late: 100,
})
