import type { Step } from '@bootwright/api'
import * as z from 'zod'
import { type SecretText, secretText } from './common.ts'

export interface ConnectToNetworkFolderOptions {
  readonly path: string
  readonly at: string
  readonly account?: string | undefined
  readonly password?: SecretText | undefined
}

const SHARE = /^(\\\\[^\\/]+\\[^\\/]+|\/\/[^\\/]+\/[^\\/]+|[^\s/:\\]+:\/)|%/
const PLACE = /^([D-WYZ]:|\/[^\0]+)$|%/i

export const connectToNetworkFolder: Step<ConnectToNetworkFolderOptions> = {
  title: 'Connect to Network Folder',
  description: 'Mounts a share (SMB, or NFS on Linux), for later steps.',
  schema: z
    .strictObject({
      path: z.string().regex(SHARE, 'expected a share such as \\\\server\\share or server:/export'),
      at: z
        .string()
        .regex(PLACE, 'expected a drive such as Z:, or on Linux a folder such as /mnt/images')
        .meta({ description: 'Drive (D to Z, without X), or on Linux a folder' }),
      account: z.string().min(1).optional().meta({ description: 'CORP\\reader; anonymous by default' }),
      password: secretText.optional(),
    })
    .refine(({ account, password }) => account !== undefined || password === undefined, {
      message: 'a password requires an account; add the account',
      path: ['account'],
    }),
  runsIn: ['bootImage', 'installedSystem'],
  platforms: ['linux', 'windows'],
  needs: ['network'],
  variables: {
    reads: {
      SMSConnectNetworkFolderPath: 'Replaces `path`',
      SMSConnectNetworkFolderDriveLetter: 'Replaces `at`',
      SMSConnectNetworkFolderAccount: 'Replaces `account`',
      SMSConnectNetworkFolderPassword: 'Replaces `password`',
    },
  },
  program: import.meta.resolve('@bootwright/steps/programs/connect-to-network-folder'),
}
