import { resolve } from 'node:path'
import type { AgentProvider, BuildContext, CheckContext, Finding, SecretReference } from '@bootwright/api'
import { formatFinding } from '@bootwright/diagnostics'
import {
  CONTENTS_KEYS,
  type CompiledSequence,
  type Contents,
  compileSequence,
  type RunLocation,
  type UsedContent,
  usedContents,
  type ValidatedSequence,
  validateFor,
  validateSequence,
} from '@bootwright/task-sequence'
import type { RequiredContent } from './content-options.ts'
import { addSteps } from './steps-module.ts'

/** A sequence with the contents that it needs. */
export interface SequenceOnMedium {
  readonly sequence: ValidatedSequence
  readonly contents: Contents
  readonly used: readonly UsedContent[]
}

type Context = Pick<CheckContext, 'folder' | 'use' | 'names' | 'medium'>

/** A sequence, when it is right, and what is wrong with it and with running it there. */
export interface CheckedSequence {
  readonly opened: SequenceOnMedium | undefined
  readonly findings: readonly Finding[]
}

/** Validates the sequence in `file`, and contents that it and the medium both declare. */
export async function checkSequence(
  context: Context & Pick<CheckContext, 'platform'>,
  file: string,
  extras: Contents,
  place: Omit<RunLocation, 'platform' | 'architecture'>,
): Promise<CheckedSequence> {
  const { sequence, findings } = await validateSequence(resolve(context.folder, file), context, extras)
  const { architecture } = context.medium
  const more = sequence ? validateFor(sequence, context, { ...place, platform: context.platform, architecture }) : []
  const told = [...findings, ...more].map(found => ({
    severity: found.severity,
    path: ['taskSequence'],
    message: formatFinding({ ...found, severity: 'error' }, context.folder),
  }))
  return {
    opened: sequence && onMedium(sequence, extras),
    findings: [...told, ...(sequence ? checkDuplicateNames(sequence, extras, context.folder) : [])],
  }
}

/** One name for two contents: which of them a step would get, nobody could tell. */
const checkDuplicateNames = (sequence: ValidatedSequence, extras: Contents, folder: string): readonly Finding[] =>
  Object.values(CONTENTS_KEYS).flatMap(key =>
    Object.entries(extras[key]).flatMap(([name, { source }]) => {
      const other = sequence[key][name]?.source
      if (other === undefined || other === source || other === resolve(folder, source)) return []
      const message = `"${name}" is ${source} here and ${other} in the task sequence; rename one of them`
      return [{ severity: 'error' as const, path: [key, name], message }]
    }),
  )

/** Throws what {@link checkSequence} would have said. */
export async function openSequence(context: Context, file: string, extras: Contents): Promise<SequenceOnMedium> {
  const { sequence, findings } = await validateSequence(resolve(context.folder, file), context, extras)
  if (sequence) return onMedium(sequence, extras)
  throw new Error(findings.map(each => formatFinding(each, context.folder)).join('\n'))
}

function onMedium(sequence: ValidatedSequence, extras: Contents): SequenceOnMedium {
  const contents: Contents = {
    operatingSystemImages: { ...extras.operatingSystemImages, ...sequence.operatingSystemImages },
    applications: { ...extras.applications, ...sequence.applications },
    packages: { ...extras.packages, ...sequence.packages },
    driverPackages: { ...extras.driverPackages, ...sequence.driverPackages },
  }
  const extra = (Object.entries(CONTENTS_KEYS) as [UsedContent['kind'], keyof Contents][]).flatMap(([kind, key]) =>
    Object.keys(extras[key]).map(name => ({ kind, name })),
  )
  const used = usedContents(sequence, contents)
  const more = extra.filter(({ kind, name }) => !used.some(each => each.kind === kind && each.name === name))
  return { sequence, contents, used: [...used, ...more] }
}

/** What is to be carried. */
export const contentsOfSequence = ({ contents, used }: SequenceOnMedium): readonly RequiredContent[] =>
  used.map(({ kind, name }) => {
    const key = CONTENTS_KEYS[kind]
    const entry = contents[key][name]!
    return {
      kind,
      name,
      version: entry.version,
      source: entry.source,
      architecture: entry.architecture,
      at: ['taskSequence'],
      ...('index' in entry && { imageIndex: entry.index as number | undefined }),
    }
  })

/** The sequence as it stands on the medium, with its secrets; and the programs of its steps, put into the tree. */
export async function packageSequence(
  context: BuildContext,
  { sequence, contents, used }: SequenceOnMedium,
  agent: AgentProvider,
): Promise<CompiledSequence> {
  const carried = <T>(kind: UsedContent['kind'], entries: Readonly<Record<string, T>>): Record<string, T> =>
    Object.fromEntries(
      Object.entries(entries).filter(([name]) => used.some(each => each.kind === kind && each.name === name)),
    )
  await addSteps(context, sequence, agent)
  return await compileSequence(
    sequence,
    {
      applications: carried('application', contents.applications),
      packages: carried('package', contents.packages),
    },
    async reference => (await context.secret(reference as SecretReference)).reveal(),
  )
}
