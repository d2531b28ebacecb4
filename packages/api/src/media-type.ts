import type { BuildContext } from './hooks.ts'
import type { Schema } from './schema.ts'
import type { Platform } from './step.ts'

/**
 * One kind of medium. Contributed under the name that a definition uses: `type: bootable`. Its methods are called by the kernel in
 * the hook of the same name and fill `context.tree`.
 */
export interface MediaType<Options = unknown> {
  /** Validates the keys of a medium that the kernel itself does not know. */
  readonly schema: Schema<Options>
  /** Whether content may be spread over several media of a set. */
  readonly canSpan: boolean
  /** What the options say of the medium for people, where a carrier has room for it. */
  about?(options: Options): MediumAbout
  /** What the type finds wrong with the options taken together with the site: all of it, before anything is obtained or written. */
  check?(context: CheckContext<Options>): Promise<readonly Finding[]> | readonly Finding[]
  resolveContent?(context: BuildContext<Options>): Promise<void>
  prestart?(context: BuildContext<Options>): Promise<void>
  package(context: BuildContext<Options>): Promise<void>
}

/** Words for people who find a medium. */
export interface MediumAbout {
  readonly createdBy?: string | undefined
  readonly version?: string | undefined
  readonly comment?: string | undefined
}

export type CheckContext<Options = unknown> = Pick<
  BuildContext<Options>,
  'medium' | 'site' | 'folder' | 'secret' | 'now' | 'signal' | 'use' | 'names'
> & {
  /** Whether the definition gives the medium a boot image. */
  readonly hasBootImage: boolean
  /** The system of that. */
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
