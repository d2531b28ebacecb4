import type { ContentKind } from '@bootwright/api'
import * as z from 'zod'
import { RESTART_CODE } from './restart-code.ts'

/** Something that is carried: a folder or file relative to the file that names it, or a URL. */
export interface ContentSource {
  readonly source: string
  readonly version?: string | undefined
  /** Architecture of the computers; any by default. */
  readonly architecture?: 'x64' | 'arm64' | undefined
}
export interface OperatingSystemImageSource extends ContentSource {
  /** Image of a WIM; 1 is the first. */
  readonly index?: number | undefined
}
export interface PackageSource extends ContentSource {
  /** Command lines by name. */
  readonly programs: Readonly<Record<string, string>>
}
export interface ApplicationSource extends ContentSource {
  readonly install: string
  readonly successCodes: readonly number[]
  readonly dependencies: readonly string[]
  readonly detect?: string | undefined
}

/** What a task sequence or a medium names, by name. */
export interface Contents {
  readonly operatingSystemImages: Readonly<Record<string, OperatingSystemImageSource>>
  readonly applications: Readonly<Record<string, ApplicationSource>>
  readonly packages: Readonly<Record<string, PackageSource>>
  readonly driverPackages: Readonly<Record<string, ContentSource>>
}

/** A medium or a task sequence that names none of its own. */
export const NO_CONTENTS: Contents = { operatingSystemImages: {}, applications: {}, packages: {}, driverPackages: {} }

/** Where each kind of content stands in {@link Contents}. */
export const CONTENTS_KEYS: Readonly<Record<ContentKind, keyof Contents>> = {
  operatingSystemImage: 'operatingSystemImages',
  application: 'applications',
  package: 'packages',
  driverPackage: 'driverPackages',
}

/** Exit codes that mean success when nothing else is said; the second one asks for a restart. */
export const SUCCESS_CODES: readonly number[] = [0, RESTART_CODE]

const NAME = /^[^\p{Cc}/\\]{1,128}$/u
export const contentName: z.ZodString = z
  .string()
  .regex(NAME, 'expected a name of at most 128 characters without "/" and "\\"')
const source = z.string().min(1)
/** A schema for each of {@link ContentSource}. */
export const contentSource: { readonly [K in keyof ContentSource]-?: z.ZodType<ContentSource[K]> } = {
  source: source.meta({ description: 'A folder or file relative to this file, or a URL' }),
  version: z.string().min(1).max(64).optional(),
  architecture: z
    .enum(['x64', 'arm64'])
    .optional()
    .meta({ description: 'Architecture of the computers; any by default' }),
}
export const successCodes: z.ZodType<readonly number[]> = z.array(z.int()).min(1)

const byName = <T>(what: string, each: z.ZodType<T>): z.ZodType<Readonly<Record<string, T>>> =>
  z.record(contentName, each).default({}).meta({ description: what })
const orSource = <S extends z.ZodObject>(schema: S): z.ZodType<z.output<S>> =>
  z.union([source.transform(text => schema.parse({ source: text })), schema]) as unknown as z.ZodType<z.output<S>>

/** Contents that are only carried, by name. */
export const contentSources = (what: string): z.ZodType<Readonly<Record<string, ContentSource>>> =>
  byName(what, orSource(z.strictObject(contentSource)))

/** A schema for each of {@link Contents}. */
export const contentsSchemas: { readonly [K in keyof Contents]-?: z.ZodType<Contents[K]> } = {
  operatingSystemImages: byName(
    'Images of operating systems by name: a WIM, or the image of a disk or a partition (raw, qcow2)',
    orSource(
      z.strictObject({
        ...contentSource,
        index: z.int().min(1).optional().meta({ description: 'Image of a WIM; 1 is the first' }),
      }),
    ),
  ),
  applications: byName(
    'Applications by name',
    z.strictObject({
      ...contentSource,
      install: z.string().min(1).meta({ description: 'Command line, run in the folder of the application' }),
      successCodes: successCodes.default(SUCCESS_CODES),
      dependencies: z.array(contentName).default([]).meta({ description: 'Applications to install first' }),
      detect: z.string().min(1).optional().meta({
        description: 'Command line that succeeds if the application is already installed',
      }),
    }),
  ),
  packages: byName(
    'Packages by name: files, and command lines to run in their folder',
    orSource(
      z.strictObject({
        ...contentSource,
        programs: z.record(contentName, z.string().min(1)).default({}).meta({ description: 'Command lines by name' }),
      }),
    ),
  ),
  driverPackages: contentSources('Driver packages by name'),
}
