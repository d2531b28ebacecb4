import type { AgentProvider, CheckContext, DigestCache, Finding, Keeper, MediaType } from '@bootwright/api'
import {
  addContent,
  askedBy,
  checkContent,
  checkSequence,
  openSequence,
  packageSequence,
  startedMedia,
} from '@bootwright/media-type'
import { type StandaloneOptions, schema } from './options.ts'

/** What standalone media lack. */
const PLACE = { media: 'standalone media', has: [] } as const

/** Media that deploy a system where no network is: they carry a task sequence and all that it refers to. */
export function standalone(keeper: Keeper, digests: DigestCache, agent: AgentProvider): MediaType<StandaloneOptions> {
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
      await addContent(context, askedBy(opened), digests)
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
  const findings = await checkSequence(context, taskSequence, extras, PLACE)
  if (findings.some(({ severity }) => severity === 'error')) return findings
  return [
    ...findings,
    ...(await checkContent(askedBy(await openSequence(context, taskSequence, extras)), context.folder)),
  ]
}

function checkValidity({ medium, now }: CheckContext<StandaloneOptions>): readonly Finding[] {
  const { validFrom, validTo } = medium.options
  if (validFrom !== undefined && validTo !== undefined && new Date(validFrom) >= new Date(validTo))
    return [
      {
        severity: 'error',
        path: ['validTo'],
        message: `valid from ${validFrom} to ${validTo} is no time at all; validTo must be later`,
      },
    ]
  if (validTo === undefined || new Date(validTo) > now) return []
  return [{ severity: 'error', path: ['validTo'], message: `the medium would have expired already, on ${validTo}` }]
}
