import { hkdfSync } from 'node:crypto'
import {
  decodeEnvironment,
  ENVIRONMENT_PATH,
  type Environment,
  MediumError,
  openWithPassword,
  SEALED_ENVIRONMENT_PATH,
  sealedSize,
} from '@bootwright/medium-format'
import { AgentError, messageOf } from '../computer/errors.ts'
import type { Computer } from '../ui/computer.ts'
import type { FoundMedium } from './find.ts'

/** Bytes: the limit of `decodeEnvironment`. */
const ENVIRONMENT_LIMIT = 4 * 1024 * 1024
/** Seconds to wait after the first wrong password; each further one doubles the pause, up to the longest. */
const FIRST_PAUSE = 1
const LONGEST_PAUSE = 60
/** Bytes: AES-256. */
const STATE_KEY_LENGTH = 32
/** Wrong passwords before unlocking fails. */
const ATTEMPTS = 5

export interface Unlocked {
  readonly environment: Environment
  /** Key of the state that a task sequence leaves on a disk. */
  readonly key: Uint8Array
}

/**
 * Reads the environment, prompting for the password if the medium has one. Undefined when it cannot be read; the reason has been printed.
 */
export async function unlock(
  computer: Computer,
  { descriptor, files }: Pick<FoundMedium, 'descriptor' | 'files'>,
): Promise<Unlocked | undefined> {
  const { path, limit } = descriptor.passwordRequired
    ? { path: SEALED_ENVIRONMENT_PATH, limit: sealedSize(ENVIRONMENT_LIMIT) }
    : { path: ENVIRONMENT_PATH, limit: ENVIRONMENT_LIMIT }
  try {
    const data = await files.read(path, limit)
    if (!data) throw new Error(`the file ${path} of this medium is missing; build the medium again`)
    const opened = descriptor.passwordRequired ? await promptForPassword(computer, data) : data
    const environment = decodeEnvironment(opened)
    if (environment.certificate) computer.masker.add(environment.certificate.key)
    return { environment, key: stateKey(opened) }
  } catch (error) {
    if (error instanceof AgentError) throw error
    computer.report.print('error', 'environmentUnreadable', { error: messageOf(error) })
    return undefined
  }
}

/** The key of the state that a task sequence leaves on a disk; derived from the medium's environment, in clear. */
export const stateKey = (environment: Uint8Array): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', environment, new Uint8Array(0), 'bootwright task sequence state', STATE_KEY_LENGTH))

async function promptForPassword(computer: Computer, sealed: Uint8Array): Promise<Uint8Array> {
  const { terminal, report, masker, clock } = computer
  for (let count = 1; ; count += 1) {
    terminal.discardKeys()
    terminal.print(report.messages().passwordPrompt())
    const password = await terminal.readLine({ isEchoed: false })
    report.print('info', 'openingMedium')
    try {
      const opened = await openWithPassword(sealed, password)
      // Not before: a wrong password may be an ordinary word, which would be masked everywhere.
      masker.add(password)
      return opened
    } catch (error) {
      if (!(error instanceof MediumError) || error.code !== 'WRONG_PASSWORD') throw error
      const seconds = Math.min(FIRST_PAUSE * 2 ** (count - 1), LONGEST_PAUSE)
      report.print('warn', 'wrongPassword', { count, seconds })
      await clock.sleep(seconds * 1000)
      if (count === ATTEMPTS)
        throw new AgentError(
          'PASSWORD_WRONG',
          `${ATTEMPTS} wrong passwords; obtain the password from the administrator who built this medium`,
        )
    }
  }
}
