import type { RunEnvironment, Step } from '@bootwright/api'
import * as z from 'zod'

export interface RestartComputerOptions {
  readonly into?: RunEnvironment | undefined
  readonly message?: string | undefined
  readonly seconds?: number | undefined
}

/** Characters, the established limit. */
const MESSAGE_LIMIT = 512

export const restartComputer: Step<RestartComputerOptions> = {
  title: 'Restart Computer',
  description: 'Restarts the computer; the sequence resumes with the next step.',
  schema: z.strictObject({
    into: z
      .enum(['bootImage', 'installedSystem'])
      .optional()
      .meta({ description: 'Where the sequence resumes; by default where it runs now' }),
    message: z.string().max(MESSAGE_LIMIT).optional(),
    seconds: z.int().min(0).max(86_400).optional().meta({ description: 'How long to show the message' }),
  }),
  runsIn: ['bootImage', 'installedSystem'],
  platforms: ['linux', 'windows'],
  variables: {
    reads: { SMSRebootMessage: 'Replaces `message`', SMSRebootTimeout: 'Replaces `seconds`' },
  },
  program: import.meta.resolve('@bootwright/steps/programs/restart-computer'),
}
