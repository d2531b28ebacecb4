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
  description: 'Restarts the computer; the sequence goes on with the next step.',
  schema: z.strictObject({
    into: z
      .enum(['bootImage', 'installedSystem'])
      .optional()
      .meta({ description: 'Where it goes on; here, when absent' }),
    message: z.string().max(MESSAGE_LIMIT).optional(),
    seconds: z.int().min(0).max(86_400).optional().meta({ description: 'How long the message is shown' }),
  }),
  runsIn: ['bootImage', 'installedSystem'],
  platforms: ['linux', 'windows'],
  variables: {
    reads: { SMSRebootMessage: 'Replaces `message`', SMSRebootTimeout: 'Replaces `seconds`' },
  },
  program: import.meta.resolve('@bootwright/steps/programs/restart-computer'),
}
