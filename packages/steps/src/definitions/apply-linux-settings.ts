import type { Step } from '@bootwright/api'
import * as z from 'zod'
import { type SecretText, secretText } from './common.ts'

export interface UserOptions {
  readonly name: string
  readonly fullName?: string | undefined
  readonly password?: SecretText | undefined
  readonly groups: readonly string[]
  readonly authorizedKeys: readonly string[]
}
export interface ApplyLinuxSettingsOptions {
  readonly computerName?: string | undefined
  readonly timeZone?: string | undefined
  readonly locale?: string | undefined
  readonly keyboard?: string | undefined
  readonly rootPassword?: SecretText | undefined
  readonly users: readonly UserOptions[]
  readonly resetIdentity: boolean
}

/** `%NAME%` is validated when its value is known. */
const orVariable = (pattern: RegExp, message: string): z.ZodType<string | undefined> =>
  z
    .string()
    .refine(text => text.includes('%') || pattern.test(text), message)
    .optional()

const user: z.ZodType<UserOptions> = z.strictObject({
  name: z
    .string()
    .refine(
      text => text.includes('%') || /^[a-z_][a-z0-9_-]{0,31}$/.test(text),
      'expected a user name: a-z, 0-9, "_" and "-", at most 32 characters',
    ),
  fullName: z
    .string()
    .regex(/^[^:\p{Cc}]*$/u, 'expected one line without ":"')
    .optional(),
  password: secretText.optional(),
  groups: z.array(z.string().min(1)).default([]).meta({ description: 'Additional groups, for example sudo' }),
  authorizedKeys: z.array(z.string().min(1)).default([]).meta({ description: 'SSH public keys' }),
})

export const applyLinuxSettings: Step<ApplyLinuxSettingsOptions> = {
  title: 'Apply Linux Settings',
  description: 'Sets name, time zone, locale, keyboard and users of an applied Linux.',
  schema: z.strictObject({
    computerName: orVariable(
      /^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9-]+)*$/,
      'expected a host name: letters, digits and "-"',
    ),
    timeZone: orVariable(/^[A-Za-z0-9_+/-]+$/, 'expected a time zone such as Europe/Paris'),
    locale: orVariable(/^[A-Za-z0-9_.@-]+$/, 'expected a locale such as fr_FR.UTF-8'),
    keyboard: orVariable(/^[A-Za-z0-9_-]+$/, 'expected a keyboard layout such as fr'),
    rootPassword: secretText.optional(),
    users: z.array(user).default([]),
    resetIdentity: z.boolean().default(true).meta({
      description: 'Create a new machine id and SSH host keys when the system boots',
    }),
  }),
  runsIn: ['bootImage'],
  platforms: ['linux'],
  variables: {
    reads: {
      OSDComputerName: 'Overrides `computerName`; the present name of the computer if neither is set',
      OSDTimeZone: 'Replaces `timeZone`',
      OSDSystemLocale: 'Replaces `locale`',
      OSDInputLocale: 'Replaces `keyboard`',
      OSDTargetSystemDrive: 'The volume of the operating system',
    },
    sets: { OSDComputerName: 'The name that was set' },
  },
  program: import.meta.resolve('@bootwright/steps/programs/apply-linux-settings'),
}
