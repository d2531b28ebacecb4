import { MediumError } from '../document/medium-error.ts'

/** Loaded on demand: initialising its curves takes longer than everything else on a medium without a password. */
const age = () => import('age-encryption')

/** log2 of scrypt's N, the default of `age -p`: 256 MiB of memory and about a second per guess. */
const WORK_FACTOR = 18
/** Files that need more (this is 1 GiB) are refused: they would exhaust a small computer. Also the library's own limit. */
const WORK_FACTOR_LIMIT = 20

/** `age-encryption.org/v1`, section "Payload": chunks of 64 KiB, each with a tag of 16 bytes; one chunk at least. */
const CHUNK = 65_536
const TAG = 16
const NONCE = 16
/** Version line, one scrypt stanza (16-byte salt, two-digit work factor, 32-byte body), MAC line; all binary in base64. */
const HEADER = 22 + '-> scrypt '.length + 22 + ' 18\n'.length + 44 + '--- '.length + 44

/**
 * Encrypts with a password (scrypt, ChaCha20-Poly1305) in the age v1 format. Random: no two results are equal. Use a lower `workFactor`, of
 * two digits, only where resistance to guessing does not matter.
 */
export async function sealWithPassword(
  encoded: Uint8Array,
  password: string,
  workFactor: number = WORK_FACTOR,
): Promise<Uint8Array> {
  const { Encrypter } = await age()
  const encrypter = new Encrypter()
  encrypter.setPassphrase(normalized(password))
  encrypter.setScryptWorkFactor(workFactor)
  return await encrypter.encrypt(encoded)
}

/**
 * Throws `MediumError` `WRONG_PASSWORD`, `SEALED_BROKEN` (damaged, forged or not sealed with a password) or `WORK_FACTOR`. Other errors, such
 * as a lack of memory, are passed on unchanged.
 */
export async function openWithPassword(sealed: Uint8Array, password: string): Promise<Uint8Array> {
  checkHeader(sealed)
  const { Decrypter } = await age()
  const decrypter = new Decrypter()
  decrypter.addPassphrase(normalized(password))
  try {
    return await decrypter.decrypt(sealed)
  } catch (error) {
    if (error instanceof Error && error.message.startsWith('no identity matched'))
      throw new MediumError('WRONG_PASSWORD', 'wrong password; enter the password of this medium')
    if (isOfAge(error)) throw new MediumError('SEALED_BROKEN', 'the sealed environment is damaged; rebuild the medium')
    throw error
  }
}

/**
 * The library and its ciphers throw plain errors for invalid input. Errors of the engine or the system have a class or a code of their
 * own, such as a RangeError for a lack of memory. (SyntaxError: from the engine's own base64 decoder.)
 */
const isOfAge = (error: unknown): boolean =>
  error instanceof Error && ['Error', 'SyntaxError'].includes(error.name) && !('code' in error)

/** The exact size in bytes that `sealWithPassword` returns for `plainSize` bytes. */
export function sealedSize(plainSize: number): number {
  return HEADER + NONCE + plainSize + TAG * Math.max(1, Math.ceil(plainSize / CHUNK))
}

/** Keyboards and editors compose accents differently, so passwords are brought into one form. */
const normalized = (password: string): string => password.normalize('NFC')

function checkHeader(sealed: Uint8Array): void {
  const start = new TextDecoder('latin1').decode(sealed.subarray(0, HEADER))
  const workFactor = /^age-encryption\.org\/v1\n-> scrypt [^ \n]+ (\d{1,6})\n/.exec(start)?.[1]
  if (workFactor === undefined)
    throw new MediumError(
      'SEALED_BROKEN',
      'the sealed environment is not an age file with a password; rebuild the medium',
    )
  if (Number(workFactor) > WORK_FACTOR_LIMIT)
    throw new MediumError(
      'WORK_FACTOR',
      `the sealed environment requires a scrypt work factor of ${workFactor}; at most ${WORK_FACTOR_LIMIT} is accepted`,
    )
}
