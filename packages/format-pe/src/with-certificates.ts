import {
  type Bytes,
  chunks,
  computed,
  concat,
  fingerprint,
  fromMemory,
  overlay,
  padToMultiple,
  slice,
} from '@bootwright/bytes'
import { CERTIFICATE } from './fields.ts'
import { readPe } from './read-pe.ts'

/** The program with these signatures (DER of PKCS#7 SignedData) and no others, and with its checksum right. Throws {@link PeError}. */
export async function withCertificates(program: Bytes, signatures: readonly Uint8Array[]): Promise<Bytes> {
  const { offsets } = await readPe(program)
  const body = padToMultiple(slice(program, 0, Math.min(offsets.certificateTable, program.size)), CERTIFICATE.alignment)
  const table = Buffer.concat(signatures.map(encodeEntry))
  const entry = Buffer.alloc(8)
  if (table.length > 0) {
    entry.writeUInt32LE(body.size, 0)
    entry.writeUInt32LE(table.length, 4)
  }
  const unsummed = overlay(concat([body, fromMemory(table)]), [
    { offset: offsets.checksum, bytes: fromMemory(new Uint8Array(4)) },
    { offset: offsets.certificateEntry, bytes: fromMemory(entry) },
  ])
  return overlay(unsummed, [{ offset: offsets.checksum, bytes: checksumOf(unsummed) }])
}

function encodeEntry(der: Uint8Array): Buffer {
  const length = CERTIFICATE.headerSize + der.length
  const entry = Buffer.alloc(Math.ceil(length / CERTIFICATE.alignment) * CERTIFICATE.alignment)
  // Filled up is the entry itself: some firmware walks the table by its lengths alone.
  entry.writeUInt32LE(entry.length, 0)
  entry.writeUInt16LE(CERTIFICATE.revision, 4)
  entry.writeUInt16LE(CERTIFICATE.pkcs7, 6)
  entry.set(der, CERTIFICATE.headerSize)
  return entry
}

/** ImageHlp's CheckSumMappedFile: the words of 16 bits added up with their carries, and the length of the file. */
const checksumOf = (program: Bytes): Bytes =>
  computed({
    id: `PE checksum of ${fingerprint(program)}`,
    size: 4,
    async *produce(): AsyncIterable<Uint8Array> {
      let sum = 0
      let half: number | undefined
      for await (const chunk of chunks(program)) {
        let at = 0
        if (half !== undefined && chunk.length > 0) {
          sum += half | (chunk[0]! << 8)
          half = undefined
          at = 1
        }
        for (; at + 1 < chunk.length; at += 2) sum += chunk[at]! | (chunk[at + 1]! << 8)
        if (at < chunk.length) half = chunk[at]
        while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x10000)
      }
      sum += half ?? 0
      while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x10000)
      const bytes = Buffer.alloc(4)
      bytes.writeUInt32LE((sum + program.size) >>> 0)
      yield bytes
    },
  })
