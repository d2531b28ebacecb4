import type { AgentProvider, CheckContext, DigestCache, Finding, MediaType, PinStore } from '@bootwright/api'
import {
  addContent,
  checkContent,
  checkSequence,
  contentsOfSequence,
  openSequence,
  packageSequence,
  type SequenceOnMedium,
  startedMedia,
} from '@bootwright/media-kit'
import { type StandaloneOptions, schema } from './options.ts'

/** What standalone media lack. */
const PLACE = { media: 'standalone media', has: [] } as const

/** Media that deploy a system where no network is: they carry a task sequence and all that it refers to. */
export function standalone(keeper: PinStore, digests: DigestCache, agent: AgentProvider): MediaType<StandaloneOptions> {
  const started = startedMedia(keeper, 'FullMedia')
  return {
    schema,
    canSpan: true,
    check: async context => [
      ...(await started.check(context)),
      ...checkValidity(context),
      ...(await checkWithContents(context)),
    ],
    prestart: started.prestart,
    async package(context) {
      const { taskSequence, validFrom, validTo, ...extras } = context.medium.options
      const opened = await openSequence(context, taskSequence, extras)
      await addContent(context, contentsOfSequence(opened), digests, await started.contentKey(context))
      await started.package(context, {
        taskSequence: await packageSequence(context, opened, agent),
        variables: opened.sequence.variables,
        descriptor: { validFrom, validTo },
      })
    },
  }
}

async function checkWithContents(context: CheckContext<StandaloneOptions>): Promise<readonly Finding[]> {
  const { taskSequence, ...extras } = context.medium.options
  const { opened, findings } = await checkSequence(context, taskSequence, extras, PLACE)
  if (!opened) return findings
  return [...findings, ...(await checkContent(contentsOfSequence(opened), context)), ...checkSecrets(context, opened)]
}

/** The medium's own variables are validated with the shared options. */
function checkSecrets({ medium }: CheckContext<StandaloneOptions>, { sequence }: SequenceOnMedium): readonly Finding[] {
  if (medium.options.password !== undefined) return []
  const steps = sequence.nodes.flatMap(node =>
    node.kind === 'step' && holdsSecret(node.options) ? [`the step "${node.name}"`] : [],
  )
  const variables = Object.entries(sequence.variables).flatMap(([name, value]) => (holdsSecret(value) ? [name] : []))
  if (steps.length + variables.length === 0) return []
  const message = `anyone with the medium can read the secrets of ${[...variables, ...steps].join(', ')}, because it has no password; add one`
  return [{ severity: 'warning', path: ['password'], message }]
}

const holdsSecret = (options: unknown): boolean =>
  typeof options === 'object' && options !== null && ('secret' in options || Object.values(options).some(holdsSecret))

function checkValidity({ medium, now }: CheckContext<StandaloneOptions>): readonly Finding[] {
  const { validFrom, validTo } = medium.options
  if (validFrom !== undefined && validTo !== undefined && new Date(validFrom) >= new Date(validTo))
    return [
      {
        severity: 'error',
        path: ['validTo'],
        message: `validTo (${validTo}) must be later than validFrom (${validFrom})`,
      },
    ]
  if (validTo === undefined || new Date(validTo) > now) return []
  return [{ severity: 'error', path: ['validTo'], message: `validTo (${validTo}) is in the past; choose a later date` }]
}
