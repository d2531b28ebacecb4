import type { MediumDefinition } from '@bootwright/api'
import type { Path } from '@bootwright/diagnostics'
import { nearest, validate } from '@bootwright/diagnostics'
import { type Choice, type Choosing, choose, chooseEach, isKnown } from './choose.ts'
import { MEDIUM_KEYS, mediumSchema } from './core-schema.ts'
import { mediumId } from './medium-id.ts'

/** One medium of the definition, validated. */
export interface MediumEntry {
  readonly medium: MediumDefinition
  /** The time stamp from the definition. */
  readonly date?: Date | undefined
  readonly bootImage?: Choice | undefined
  readonly targets: readonly Choice[]
  readonly signers: readonly Choice[]
  readonly bootSigner?: Choice | undefined
  /** What the boot image does if the medium has no signature. */
  readonly unsigned: 'run' | 'refuse'
}

/** Validates a medium part by part, so that a mistake in one does not hide mistakes in another. */
export async function validateMedium(
  name: string,
  written: Readonly<Record<string, unknown>>,
  site: unknown,
  context: Choosing,
): Promise<MediumEntry | undefined> {
  const path: Path = ['media', name]
  const before = context.findings.errors.length
  const isOwn = ([key]: readonly [string, unknown]): boolean => MEDIUM_KEYS.includes(key)
  const entries = Object.entries(written)
  const own = Object.fromEntries(entries.filter(isOwn))
  const others = Object.fromEntries(entries.filter(entry => !isOwn(entry)))
  const core = await validate(mediumSchema, own, { findings: context.findings, path })
  const options = await validateOptions(own.type, others, path, context)
  const bootImage =
    own.bootImage === undefined ? undefined : await choose('bootImage', own.bootImage, [...path, 'bootImage'], context)
  const targets = await chooseEach('target', own.targets, [...path, 'targets'], context)
  const signers = await chooseEach('signer', own.signers, [...path, 'signers'], context)
  const bootSigner =
    own.bootSigner === undefined ? undefined : await choose('signer', own.bootSigner, [...path, 'bootSigner'], context)
  if (own.unsigned === 'refuse' && signers.length === 0)
    context.findings.add(
      [...path, 'unsigned'],
      'a medium without signers would never run; add `signers`, or remove `unsigned`',
    )
  if (!core || !options || context.findings.errors.length > before) return undefined
  const {
    type,
    label = name,
    architecture,
    serial,
    date,
    unsigned = signers.length > 0 ? 'refuse' : 'run',
  } = core.value
  return {
    medium: { name, type, label, architecture, serial, options: options.value, id: mediumId(name, written, site) },
    ...(date !== undefined && { date: new Date(date) }),
    ...(bootImage && { bootImage }),
    targets,
    signers,
    ...(bootSigner && { bootSigner }),
    unsigned,
  }
}

/** The media type's own keys. Without a type, only misspelt keys of the kernel are reported. */
async function validateOptions(
  type: unknown,
  others: Readonly<Record<string, unknown>>,
  path: Path,
  context: Choosing,
): Promise<{ value: unknown } | undefined> {
  const { lookup, findings } = context
  if (typeof type === 'string' && type !== '' && isKnown('mediaType', type, [...path, 'type'], context))
    return await validate(lookup.schema('mediaType', type), others, { findings, path, moreKeys: MEDIUM_KEYS })
  for (const key of Object.keys(others)) {
    const meant = nearest(key, MEDIUM_KEYS)
    if (meant !== undefined) findings.add([...path, key], `unknown key "${key}"; did you mean "${meant}"?`)
  }
  return undefined
}
