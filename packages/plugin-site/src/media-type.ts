import type { AgentProvider, CheckContext, DigestCache, Finding, MediaType } from '@bootwright/api'
import { fromMemory } from '@bootwright/bytes'
import {
  addContent,
  checkContent,
  checkSequence,
  contentsOfSequence,
  openSequence,
  packageSequence,
  revealedVariables,
} from '@bootwright/media-kit'
import { type Contents, contentsSchemas } from '@bootwright/task-sequence'
import * as z from 'zod'

export interface TaskSequenceOptions extends Contents {
  readonly taskSequence: string
  readonly platform: 'linux' | 'windows'
}
const schema: z.ZodType<TaskSequenceOptions> = z.strictObject({
  taskSequence: z.string().min(1).meta({ description: 'The task sequence file, relative to the definition' }),
  platform: z
    .enum(['linux', 'windows'])
    .default('linux')
    .meta({ description: 'Platform of the boot images that run the task sequence' }),
  ...contentsSchemas,
})

/** The published sequence without its contents and steps. */
export const SEQUENCE_PATH = 'bootwright/sequence.json'
/** Capabilities of computers that were started from media which contact a site. */
const RUN_LOCATION = { media: 'media that contact a site', has: ['network', 'managementPoint'] } as const

/** The media type `taskSequence`: a task sequence and everything it refers to, for publishing instead of starting from. */
export function taskSequenceType(digests: DigestCache, agent: AgentProvider): MediaType<TaskSequenceOptions> {
  return {
    schema,
    canSpan: false,
    check: checkAll,
    async package(context) {
      const { medium, tree } = context
      const { taskSequence, platform, ...extras } = medium.options
      const opened = await openSequence(context, taskSequence, extras)
      await addContent(context, contentsOfSequence(opened), digests)
      const document = {
        name: medium.name,
        platform,
        architecture: medium.architecture,
        sequence: await packageSequence(context, opened, agent),
        variables: await revealedVariables(context, opened.sequence.variables),
      }
      tree.set(SEQUENCE_PATH, { kind: 'file', content: fromMemory(Buffer.from(JSON.stringify(document))) })
    },
  }
}

async function checkAll(context: CheckContext<TaskSequenceOptions>): Promise<readonly Finding[]> {
  const { taskSequence, platform, ...extras } = context.medium.options
  const { opened, findings } = await checkSequence({ ...context, platform }, taskSequence, extras, RUN_LOCATION)
  return opened ? [...findings, ...(await checkContent(contentsOfSequence(opened), context))] : findings
}
