import type { Step } from '@bootwright/api'
import * as z from 'zod'
import { packageReference, type SecretText, secretText } from './common.ts'

export interface WindowsUser {
  readonly name: string
  readonly fullName?: string | undefined
  readonly password: SecretText
  readonly groups: readonly string[]
}
export interface ApplyWindowsSettingsOptions {
  readonly computerName?: string | undefined
  readonly registeredUser?: string | undefined
  readonly organization?: string | undefined
  readonly productKey?: SecretText | undefined
  readonly timeZone?: string | undefined
  readonly inputLocale?: string | undefined
  readonly systemLocale?: string | undefined
  readonly uiLanguage?: string | undefined
  readonly uiLanguageFallback?: string | undefined
  readonly userLocale?: string | undefined
  readonly administratorPassword?: SecretText | undefined
  readonly users: readonly WindowsUser[]
  readonly package?: string | undefined
  readonly answerFile?: string | undefined
}

const COMPUTER_NAME = /^(?!\d+$)[A-Za-z0-9-]{1,15}$|^\*$|%/
const locale = z.string().min(2).optional()

const schema: z.ZodType<ApplyWindowsSettingsOptions> = z
  .strictObject({
    computerName: z
      .string()
      .regex(
        COMPUTER_NAME,
        'expected a computer name: letters, digits and "-", not digits alone, at most 15 characters',
      )
      .optional(),
    registeredUser: z.string().max(255).optional().meta({ description: 'Registered owner' }),
    organization: z.string().max(255).optional(),
    productKey: secretText.optional(),
    timeZone: z.string().min(1).optional().meta({ description: 'As Windows names it: W. Europe Standard Time' }),
    inputLocale: locale.meta({ description: 'Keyboard: fr-FR, or 040c:0000040c' }),
    systemLocale: locale,
    uiLanguage: locale,
    uiLanguageFallback: locale,
    userLocale: locale,
    administratorPassword: secretText.optional().meta({
      description: 'Enables the account Administrator, which is disabled by default',
    }),
    users: z
      .array(
        z.strictObject({
          name: z.string().regex(/^[^"/\\[\]:;|=,+*?<>]{1,20}$|%/, 'expected a user name of at most 20 characters'),
          fullName: z.string().max(255).optional(),
          password: secretText,
          groups: z.array(z.string().min(1)).default(['Users']).meta({ description: 'For example Administrators' }),
        }),
      )
      .default([])
      .meta({ description: 'Local accounts; without any, Windows prompts for one' }),
    package: z.string().min(1).optional().meta({ description: 'The package with the answer file' }),
    answerFile: z.string().min(1).optional().meta({
      description:
        'An answer file (unattend.xml): its text, or with `package` a file in it. %NAME% is replaced; the options above take precedence',
    }),
  })
  .refine(({ package: name, answerFile }) => name === undefined || answerFile !== undefined, {
    message: 'name the answer file in the package',
    path: ['answerFile'],
  })

export const applyWindowsSettings: Step<ApplyWindowsSettingsOptions> = {
  title: 'Apply Windows Settings',
  description:
    'Writes the answer file for the setup of an applied Windows: name, accounts, languages, and your own answer file.',
  schema,
  // Replaced in the file as a whole, with what XML needs.
  verbatim: ['answerFile'],
  runsIn: ['bootImage'],
  platforms: ['linux', 'windows'],
  variables: {
    reads: {
      OSDComputerName: 'Replaces `computerName`',
      OSDRegisteredUserName: 'Replaces `registeredUser`',
      OSDRegisteredOrgName: 'Replaces `organization`',
      OSDProductKey: 'Replaces `productKey`',
      OSDTimeZone: 'Replaces `timeZone`',
      OSDWindowsSettingsInputLocale: 'Replaces `inputLocale`',
      OSDWindowsSettingsSystemLocale: 'Replaces `systemLocale`',
      OSDWindowsSettingsUILanguage: 'Replaces `uiLanguage`',
      OSDWindowsSettingsUILanguageFallback: 'Replaces `uiLanguageFallback`',
      OSDWindowsSettingsUserLocale: 'Replaces `userLocale`',
      OSDLocalAdminPassword: 'Replaces `administratorPassword`',
      OSDTargetSystemDrive: 'The volume of the operating system',
    },
    sets: { OSDComputerName: 'The name that was set' },
  },
  content: packageReference,
  program: import.meta.resolve('@bootwright/steps/programs/apply-windows-settings'),
}
