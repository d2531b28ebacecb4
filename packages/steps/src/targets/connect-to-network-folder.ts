import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { StepContext, StepProgram } from '@bootwright/api'
import type { ConnectToNetworkFolderOptions } from '../steps/connect-to-network-folder.ts'
import { must } from './programs.ts'
import { revealed } from './secret.ts'

const program: StepProgram<ConnectToNetworkFolderOptions> = {
  async run(options, context) {
    const { variables, log } = context
    const share: Share = {
      path: variables.get('SMSConnectNetworkFolderPath') ?? options.path,
      at: variables.get('SMSConnectNetworkFolderDriveLetter') ?? options.at,
      account: variables.get('SMSConnectNetworkFolderAccount') ?? options.account,
      password: variables.get('SMSConnectNetworkFolderPassword') ?? (options.password && revealed(options.password)),
    }
    await (context.platform === 'windows' ? connectWindows(share, context) : connectLinux(share, context))
    log.info(`${share.path} is at ${share.at}`)
  },
}
export default program

interface Share {
  readonly path: string
  readonly at: string
  readonly account: string | undefined
  readonly password: string | undefined
}

/** `net use` asks for the password when it is `*`, so that no list of processes shows it. */
async function connectWindows({ path, at, account, password }: Share, context: StepContext): Promise<void> {
  const args = ['use', at, path.replaceAll('/', '\\'), '/persistent:no']
  if (account === undefined) await must(context, 'net', args)
  else await must(context, 'net', [...args, `/user:${account}`, '*'], { input: `${password ?? ''}\n` })
}

async function connectLinux({ path, at, account, password }: Share, context: StepContext): Promise<void> {
  if (/^[A-Z]:$/i.test(at))
    throw new Error(`Linux has no drive ${at}; say a folder such as /mnt/images where the share is to be`)
  await mkdir(at, { recursive: true })
  const isNfs = /^[^\\/:]+:\//.test(path)
  if (isNfs) {
    await must(context, 'mount', ['-t', 'nfs', '-o', 'nolock', path, at])
    return
  }
  const options = ['iocharset=utf8']
  if (account === undefined) options.push('guest')
  else {
    // A file that root alone reads, so that no list of processes shows the password: mount.cifs(8).
    const [, domain, user] = /^(?:(.*)\\)?(.*)$/.exec(account)!
    const file = join(await context.folder(), 'credentials')
    const lines = [
      `username=${user}`,
      `password=${password ?? ''}`,
      ...(domain === undefined ? [] : [`domain=${domain}`]),
    ]
    await writeFile(file, `${lines.join('\n')}\n`, { mode: 0o600 })
    options.push(`credentials=${file}`)
  }
  await must(context, 'mount', ['-t', 'cifs', '-o', options.join(','), path.replaceAll('\\', '/'), at])
}
