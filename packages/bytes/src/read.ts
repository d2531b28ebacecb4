import { type Bytes, checkRange } from './bytes.ts'
import { openFiller } from './fill.ts'

/** Random access to some bytes. Keeps files open until it is closed. */
export interface Reader extends AsyncDisposable {
  readonly size: number
  /** Exactly `length` bytes from `offset`. Throws `RangeOutsideError` for an invalid range, and `BytesError` if a source fails. */
  read(offset: number, length: number): Promise<Uint8Array<ArrayBuffer>>
  close(): Promise<void>
}

export function openReader(bytes: Bytes): Reader {
  const filler = openFiller()
  return {
    size: bytes.size,
    async read(offset, length) {
      checkRange(offset, offset + length, bytes.size)
      const into = new Uint8Array(length)
      await filler.fill(into, bytes.segments(offset, offset + length))
      return into
    },
    close: filler.close,
    [Symbol.asyncDispose]: filler.close,
  }
}

/** Exactly `length` bytes from `offset`, by default all; for many reads use {@link openReader}. */
export async function read(
  bytes: Bytes,
  offset = 0,
  length: number = bytes.size - offset,
): Promise<Uint8Array<ArrayBuffer>> {
  await using reader = openReader(bytes)
  return await reader.read(offset, length)
}

/** The bytes as UTF-8 text. */
export const readText = async (bytes: Bytes): Promise<string> => new TextDecoder().decode(await read(bytes))
