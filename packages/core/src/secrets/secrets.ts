import { createReadStream } from 'node:fs'
import { resolve } from 'node:path'
import { TextDecoder } from 'node:util'
import type { Secret, SecretReference } from '@bootwright/api'
import { nearest } from '@bootwright/diagnostics'
import { maskOf } from './mask.ts'
import { hidden } from './secret.ts'

export interface Secrets {
  /** Resolves a reference. Throws {@link SecretError} if the secret is missing, unreadable or empty. */
  resolve(reference: SecretReference): Promise<Secret>
  /** Replaces every secret resolved so far by `***`, also where it is escaped for JSON or a URL. */
  mask(text: string): string
}

export type SecretErrorCode = 'SECRET_MISSING' | 'SECRET_UNREADABLE' | 'SECRET_EMPTY' | 'SECRET_REFERENCE'

/** A secret that cannot be resolved. `origin` is where it was expected: `environment variable LAB_PASSWORD`. */
export class SecretError extends Error {
  readonly code: SecretErrorCode
  readonly origin: string
  constructor(code: SecretErrorCode, origin: string, message: string, cause?: unknown) {
    super(message, cause === undefined ? {} : { cause })
    this.name = 'SecretError'
    this.code = code
    this.origin = origin
  }
}

export interface SecretSources {
  readonly env: Readonly<Record<string, string | undefined>>
  /** The folder of the definition; relative paths are relative to it. */
  readonly folder: string
}

export function createSecrets({ env, folder }: SecretSources): Secrets {
  const revealed = new Set<string>()
  let mask = maskOf(revealed)
  return {
    async resolve(reference) {
      const { origin, value } = await obtain(reference, { env, folder })
      if (value === '') throw new SecretError('SECRET_EMPTY', origin, `${origin} is empty; expected a secret`)
      revealed.add(value)
      mask = maskOf(revealed)
      return hidden(origin, value)
    },
    mask: text => mask(text),
  }
}

async function obtain(
  reference: SecretReference,
  { env, folder }: SecretSources,
): Promise<{ origin: string; value: string }> {
  if (typeof reference === 'string') return { origin: 'the definition itself', value: reference }
  if ('env' in reference) return fromEnvironment(reference.env, env)
  if ('file' in reference) return { origin: `file ${reference.file}`, value: await firstLine(reference.file, folder) }
  const message = 'expected a secret as { env: NAME }, { file: path } or text'
  throw new SecretError('SECRET_REFERENCE', 'the definition', message)
}

function fromEnvironment(name: string, env: SecretSources['env']): { origin: string; value: string } {
  const origin = `environment variable ${name}`
  const value = env[name]
  if (value !== undefined) return { origin, value }
  const meant = nearest(name, Object.keys(env))
  const hint = meant === undefined ? '' : `; did you mean "${meant}"?`
  throw new SecretError('SECRET_MISSING', origin, `${origin} is not set${hint}`)
}

/** Bytes. The part of a secret file that is read: enough for any secret, and safe for endless devices. */
const LONGEST_FIRST_LINE = 65_536

async function firstLine(file: string, folder: string): Promise<string> {
  const path = resolve(folder, file)
  const origin = `file ${file}`
  const bytes = await head(path).catch(cause => {
    const { code } = cause as NodeJS.ErrnoException
    const why = { ENOENT: 'does not exist', EISDIR: 'is a folder', EACCES: 'is not readable: permission denied' }
    const reason = why[code as keyof typeof why] ?? `is not readable: ${code ?? cause.message}`
    const missing = code === 'ENOENT'
    throw new SecretError(
      missing ? 'SECRET_MISSING' : 'SECRET_UNREADABLE',
      origin,
      `secret file ${path} ${reason}`,
      cause,
    )
  })
  const end = bytes.indexOf('\n')
  const line = end < 0 ? bytes : bytes.subarray(0, end)
  if (line.length > LONGEST_FIRST_LINE) {
    const message = `the first line of secret file ${path} is longer than ${LONGEST_FIRST_LINE} bytes`
    throw new SecretError('SECRET_UNREADABLE', origin, message)
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(line).replace(/\r$/, '')
  } catch (cause) {
    throw new SecretError('SECRET_UNREADABLE', origin, `secret file ${path} is not UTF-8 text; save it as UTF-8`, cause)
  }
}

async function head(path: string): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of createReadStream(path, { end: LONGEST_FIRST_LINE })) chunks.push(chunk)
  return Buffer.concat(chunks)
}
