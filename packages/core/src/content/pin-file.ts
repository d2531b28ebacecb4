import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { promises as fs } from 'node:fs'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import { fromMemory, writeFile } from '@bootwright/bytes'
import { sha256 } from './canonical.ts'
import { ContentError } from './content-error.ts'

/** The inputs may contain a password, so their digest must be as hard to brute-force as the sealed environment. */
const SCRYPT = { N: 1 << 15, r: 8, p: 1, maxmem: 64 << 20 }
const DIGEST_LENGTH = 32
const FORMAT = 1

/** A pin file as JSON. */
interface PinJson {
  readonly format: typeof FORMAT
  /** Hexadecimal. */
  readonly salt: string
  /** scrypt of the inputs' canonical JSON, hexadecimal. */
  readonly inputs: string
  /** SHA-256 of `data`, hexadecimal: damaged base64 may decode without an error. */
  readonly sha256: string
  /** Base64. */
  readonly data: string
}

export interface Pin {
  readonly salt: Uint8Array
  readonly inputs: Uint8Array
  readonly data: Uint8Array
}

/** The pin in `file`; undefined if there is none. Throws {@link ContentError} when it is damaged: recreating it would be a silent change. */
export async function readPin(file: string): Promise<Pin | undefined> {
  const text = await fs.readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    const why = `cannot read the pin file ${file}: ${error.code ?? error.message}; check its permissions`
    throw new ContentError('PIN_UNREADABLE', file, why, error)
  })
  if (text === undefined) return undefined
  try {
    return decode(JSON.parse(text))
  } catch (cause) {
    const advice = 'restore it from version control or a backup, or delete it to create its content anew'
    throw new ContentError(
      'PIN_DAMAGED',
      file,
      `the pin file ${file} is damaged or of another version; ${advice}`,
      cause,
    )
  }
}

function decode({ format, salt, inputs, sha256: expected, data }: PinJson): Pin {
  if (format !== FORMAT) throw new Error(`format ${format}; expected ${FORMAT}`)
  const pin = { salt: Buffer.from(salt, 'hex'), inputs: Buffer.from(inputs, 'hex'), data: Buffer.from(data, 'base64') }
  const isIntact = pin.inputs.length === DIGEST_LENGTH && sha256(pin.data) === expected
  if (!isIntact) throw new Error('its digest does not match')
  return pin
}

export async function hasInputs({ salt, inputs: expected }: Pin, inputs: string): Promise<boolean> {
  return timingSafeEqual(expected, await digestOf(inputs, salt))
}

/** Writes a pin file that only its owner can read. */
export async function storePin(file: string, inputs: string, data: Uint8Array): Promise<void> {
  const salt = randomBytes(16)
  const json: PinJson = {
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
