import type { Step } from '@bootwright/api'
import * as z from 'zod'
import { type SecretText, secretText } from './common.ts'

export interface JoinOptions {
  readonly domain?: string | undefined
  readonly organizationalUnit?: string | undefined
  readonly account?: string | undefined
  readonly password?: SecretText | undefined
  readonly workgroup?: string | undefined
}

/** A schema for each of {@link JoinOptions}. */
export const joinOptions: { readonly [K in keyof JoinOptions]-?: z.ZodType<JoinOptions[K]> } = {
  domain: z.string().min(1).optional().meta({ description: 'corp.example' }),
  organizationalUnit: z.string().min(1).optional().meta({ description: 'OU=Computers,DC=corp,DC=example' }),
  account: z.string().min(1).optional().meta({ description: 'Account that may join computers: CORP\\join' }),
  password: secretText.optional(),
  workgroup: z.string().min(1).max(15).optional().meta({ description: 'Instead of a domain; Windows only' }),
}
export const withJoinRules = <T extends JoinOptions>(schema: z.ZodType<T>): z.ZodType<T> =>
  schema
    .refine(({ domain, workgroup }) => domain === undefined || workgroup === undefined, {
      message: 'expected a domain or a workgroup, not both',
      path: ['workgroup'],
    })
    .refine(({ domain, organizationalUnit }) => organizationalUnit === undefined || domain !== undefined, {
      message: 'an organizational unit requires a domain; add the domain',
      path: ['organizationalUnit'],
    })

export const joinDomainOrWorkgroup: Step<JoinOptions> = {
  title: 'Join Domain or Workgroup',
  description:
    'Joins the installed system to a domain (Windows natively, Linux by realmd) or a workgroup. The computer then restarts.',
  schema: withJoinRules(z.strictObject(joinOptions)),
  runsIn: ['installedSystem'],
  platforms: ['linux', 'windows'],
  variables: {
    reads: {
      OSDJoinType: '0 for a domain, 1 for a workgroup',
      OSDJoinDomainName: 'Replaces `domain`',
      OSDJoinDomainOUName: 'Replaces `organizationalUnit`',
      OSDJoinAccount: 'Replaces `account`',
      OSDJoinPassword: 'Replaces `password`',
      OSDJoinWorkgroupName: 'Replaces `workgroup`',
      OSDJoinSkipReboot: 'true: do not restart',
    },
  },
  program: import.meta.resolve('@bootwright/steps/programs/join-domain-or-workgroup'),
}
