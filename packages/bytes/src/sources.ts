import { type Bytes, checkRange, type Segment } from './bytes.ts'
import { lookAt, lookAtDevice, type SourceFile } from './source-file.ts'

/** The content of the file at `path` as it is now; it must still be so when it is read. */
export const fromFile = async (path: string): Promise<Bytes> => fromSource(await lookAt(path))

/** The content of the file or block device at `path` as it is now. */
export const fromDevice = async (path: string): Promise<Bytes> => fromSource(await lookAtDevice(path))

/** The content of a file that was looked at before. */
export function fromSource(source: SourceFile): Bytes {
  const { size } = source
  return {
    size,
    *segments(from = 0, to = size): Iterable<Segment> {
      checkRange(from, to, size)
      if (to > from) yield { kind: 'file', source, offset: from, length: to - from }
    },
  }
}

/** `data` itself, which must not be changed afterwards; or the UTF-8 encoding of a text. */
export function fromMemory(data: Uint8Array | string): Bytes {
  const bytes = typeof data === 'string' ? new TextEncoder().encode(data) : data
  const size = bytes.length
  return {
    size,
    *segments(from = 0, to = size): Iterable<Segment> {
      checkRange(from, to, size)
      if (to > from) yield { kind: 'memory', data: bytes.subarray(from, to), length: to - from }
    },
  }
}

/** `size` zero bytes, which take no space in a file where the file system has holes. */
export function zeros(size: number): Bytes {
  checkRange(0, size, Number.MAX_SAFE_INTEGER)
  return {
    size,
    *segments(from = 0, to = size): Iterable<Segment> {
      checkRange(from, to, size)
      if (to > from) yield { kind: 'zero', length: to - from }
    },
  }
}

/** Nothing. */
export const empty: Bytes = zeros(0)
