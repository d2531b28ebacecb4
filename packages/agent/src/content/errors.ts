import type { ContentFile } from '@bootwright/medium-format'
import { AgentError } from '../computer/errors.ts'

/** ERROR_DISK_FULL of Windows, the exit code that deployment logs use for it. */
const DISK_FULL = 112

export const contentChanged = ({ path }: Pick<ContentFile, 'path'>): AgentError =>
  new AgentError(
    'CONTENT_CHANGED',
    `the file ${path} of this medium was changed or cannot be read; build the medium again`,
  )

export const contentMissing = ({ path }: Pick<ContentFile, 'path'>): AgentError =>
  new AgentError('CONTENT_MISSING', `the file ${path} is not on this medium; build the medium again`)

/** Replaces `ENOSPC` by a message that names the file, with the exit code for a full disk; returns other errors as they are. */
export const withDiskFull = (error: unknown, { path }: Pick<ContentFile, 'path'>): unknown =>
  codeOf(error) === 'ENOSPC'
    ? Object.assign(new Error(`no space is left for a copy of ${path}; use a larger disk or a larger volume`), {
        exitCode: DISK_FULL,
      })
    : error

/** Whether a medium could not be read, a scratched disc for example. */
export const isReadError = (error: unknown): boolean => codeOf(error) === 'EIO'

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code
