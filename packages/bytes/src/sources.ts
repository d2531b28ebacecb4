import { type Bytes, checkRange, type Segment } from './bytes.ts'
import { lookAt, lookAtDevice, type SourceFile } from './source-file.ts'

/** The content of the file at `path` in its present state, which must be unchanged when it is read. */
export const fromFile = async (path: string): Promise<Bytes> => fromSource(await lookAt(path))

/** The content of the file or block device at `path` in its present state. */
export const fromDevice = async (path: string): Promise<Bytes> => fromSource(await lookAtDevice(path))

/** The content of a file that has been examined already. */
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

/** `size` zero bytes, which become a hole where the file system supports it. */
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

/** No bytes. */
export const empty: Bytes = zeros(0)
