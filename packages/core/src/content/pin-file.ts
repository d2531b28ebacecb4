import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { promises as fs } from 'node:fs'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import { fromMemory, writeFile } from '@bootwright/bytes'
import { sha256 } from './canonical.ts'
import { ContentError } from './content-error.ts'

/** The inputs may hold a password, so that what is stored of them must be as hard to guess from as the sealed environment is. */
const SCRYPT = { N: 1 << 15, r: 8, p: 1, maxmem: 64 << 20 }
const DIGEST_LENGTH = 32
const FORMAT = 1

/** A kept file as JSON. */
interface KeptJson {
  readonly format: typeof FORMAT
  /** Hexadecimal. */
  readonly salt: string
  /** scrypt of the inputs' canonical JSON, hexadecimal. */
  readonly inputs: string
  /** SHA-256 of `data`, hexadecimal: base64 with a flaw decodes without one. */
  readonly sha256: string
  /** Base64. */
  readonly data: string
}

export interface Pin {
  readonly salt: Uint8Array
  readonly inputs: Uint8Array
  readonly data: Uint8Array
}

/** What is kept in `file`, if anything. Throws {@link ContentError} when it is damaged: making it again would be a silent change. */
export async function readPin(file: string): Promise<Pin | undefined> {
  const text = await fs.readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    const why = `cannot read ${file}: ${error.code ?? error.message}; it keeps what was made for this definition`
    throw new ContentError('KEPT_UNREADABLE', file, why, error)
  })
  if (text === undefined) return undefined
  try {
    return decode(JSON.parse(text))
  } catch (cause) {
    const advice = 'restore it, or delete it to have its content made again'
    throw new ContentError('KEPT_DAMAGED', file, `${file} is damaged or of another version; ${advice}`, cause)
  }
}

function decode({ format, salt, inputs, sha256: expected, data }: KeptJson): Pin {
  if (format !== FORMAT) throw new Error(`format ${format}; expected ${FORMAT}`)
  const kept = { salt: Buffer.from(salt, 'hex'), inputs: Buffer.from(inputs, 'hex'), data: Buffer.from(data, 'base64') }
  const isWhole = kept.inputs.length === DIGEST_LENGTH && sha256(kept.data) === expected
  if (!isWhole) throw new Error('its digest is another one')
  return kept
}

export async function isMadeFrom({ salt, inputs: expected }: Pin, inputs: string): Promise<boolean> {
  return timingSafeEqual(expected, await digestOf(inputs, salt))
}

/** Readable by its owner only. */
export async function storePin(file: string, inputs: string, data: Uint8Array): Promise<void> {
  const salt = randomBytes(16)
  const json: KeptJson = {
    format: FORMAT,
    salt: salt.toString('hex'),
    inputs: (await digestOf(inputs, salt)).toString('hex'),
    sha256: sha256(data),
    data: Buffer.from(data).toString('base64'),
  }
  await fs.mkdir(dirname(file), { recursive: true, mode: 0o700 })
  await writeFile(file, fromMemory(`${JSON.stringify(json, null, 2)}\n`), { overwrite: true, mode: 0o600 })
}

const derive = promisify<string, Uint8Array, number, typeof SCRYPT, Buffer>(scrypt)
const digestOf = (inputs: string, salt: Uint8Array): Promise<Buffer> => derive(inputs, salt, DIGEST_LENGTH, SCRYPT)
