import { type Bytes, concat, padToMultiple, slice } from '@bootwright/bytes'
import { PeError } from './error.ts'
import { CERTIFICATE, DIRECTORY_SIZE } from './fields.ts'
import { readPe } from './read-pe.ts'

const CHECKSUM_SIZE = 4
/** Authenticode: SPC_INDIRECT_DATA. */
export const SPC_INDIRECT_DATA = '1.3.6.1.4.1.311.2.1.4'
/**
 * DER of SpcIndirectDataContent (Windows Authenticode Portable Executable Signature Format) up to the digest: SPC_PE_IMAGE_DATA without
 * flags and with an empty file link, and the algorithm SHA-256.
 */
const HEAD = Buffer.from(
  '304c3017060a2b06010401823702010f300903010' + '0a004a20280003031300d060960864801650304020105000420',
  'hex',
)
const SHA256_SIZE = 32

/**
 * What a signature covers: all but the checksum, the directory entry of the certificate table, and that table; filled up to a multiple of
 * 8, as a table begins there. Its SHA-256 is the Authenticode digest. Throws {@link PeError}.
 */
export async function authenticodeContent(program: Bytes): Promise<Bytes> {
  const { offsets } = await readPe(program)
  const whole = slice(program, 0, Math.min(offsets.certificateTable, program.size))
  const ends = [offsets.checksum + CHECKSUM_SIZE, offsets.certificateEntry + DIRECTORY_SIZE]
  if (ends.some(end => end > whole.size))
    throw new PeError(
      'PE_FIELD',
      'optional header',
      'the certificate table begins before the headers end',
      offsets.certificateEntry,
    )
  return concat([
    slice(whole, 0, offsets.checksum),
    slice(whole, ends[0]!, offsets.certificateEntry),
    slice(whole, ends[1]!),
    // The padding counts from the start of the file.
    slice(padToMultiple(whole, CERTIFICATE.alignment), whole.size),
  ])
}

/** The content that is signed, DER, for the SHA-256 `digest` of a program; its type is {@link SPC_INDIRECT_DATA}. */
export const encodeSpcContent = (digest: Uint8Array): Uint8Array => Buffer.concat([HEAD, digest])

/** The digest in a content of {@link encodeSpcContent}, or of another signer's. Throws {@link PeError} `PE_FIELD` for another digest than SHA-256. */
export function decodeSpcContent(content: Uint8Array): Uint8Array {
  const bytes = Buffer.from(content)
  const algorithm = HEAD.subarray(-19)
  const at = bytes.length - SHA256_SIZE
  if (at < algorithm.length || !bytes.subarray(at - algorithm.length, at).equals(algorithm))
    throw new PeError('PE_FIELD', 'SPC content', 'it does not end in a SHA-256 digest')
  return Uint8Array.from(bytes.subarray(at))
}
