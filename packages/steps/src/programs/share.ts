import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { StepContext } from '@bootwright/api'
import { runOrThrow } from './run-program.ts'

export interface Share {
  /** `\\\\server\\share`, `//server/share`, or of NFS `server:/export`. */
  readonly path: string
  /** `Z:`, or a folder of Linux. */
  readonly at: string
  /** `CORP\\reader`. */
  readonly account: string | undefined
  readonly password: string | undefined
}

/** `nas:/export`, `192.0.2.1:/export` or `[2001:db8::1]:/export`. */
const isNfs = (path: string): boolean => /^([^\\/:[\]]+|\[[\da-f:.]+\]):\//i.test(path)

/** Mounts a share. Throws what the system says. */
export async function connectShare(context: StepContext, share: Share): Promise<void> {
  await context.connect()
  await (context.platform === 'windows' ? connectWindows(share, context) : connectLinux(share, context))
}

/** `net use` asks for the password when it is `*`, so that no list of processes shows it. */
async function connectWindows({ path, at, account, password }: Share, context: StepContext): Promise<void> {
  const args = ['use', at, path.replaceAll('/', '\\'), '/persistent:no']
  if (account === undefined) await runOrThrow(context, 'net', args)
  else await runOrThrow(context, 'net', [...args, `/user:${account}`, '*'], { input: `${password ?? ''}\n` })
}

async function connectLinux({ path, at, account, password }: Share, context: StepContext): Promise<void> {
  if (/^[A-Z]:$/i.test(at))
    throw new Error(`Linux has no drive ${at}; say a folder such as /mnt/images where the share is to be`)
  await mkdir(at, { recursive: true })
  if (isNfs(path)) {
    // By its helper: the boot image's mount knows only NFS 3.
    await runOrThrow(context, 'mount.nfs', [path, at, '-o', 'nolock'])
    return
  }
  // Locks would be mandatory on the server, and keep wimlib from the file that it has locked itself.
  const options = ['iocharset=utf8', 'nobrl']
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
  await runOrThrow(context, 'mount.cifs', [path.replaceAll('\\', '/'), at, '-o', options.join(',')])
}
