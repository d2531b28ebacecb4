import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'

/** Larger than the logical blocks of any disk: memory, offsets and lengths are aligned to this. */
const ALIGNMENT = 4096
/** Page size of a WebAssembly memory. */
const WASM_PAGE = 1 << 16
/** Exists in Node, but not in its types. */
const { Memory } = (
  globalThis as unknown as {
    readonly WebAssembly: {
      readonly Memory: new (size: { readonly initial: number }) => { readonly buffer: ArrayBuffer }
    }
  }
).WebAssembly

/**
 * Opens a file for reading or writing that bypasses the page cache (open(2), `O_DIRECT`): half the work for the processor, no eviction of other
 * programs' data, and no dirty pages at the end. Undefined if the system or the file system does not support it.
 */
export async function openDirect(path: string, use: 'read' | 'write' = 'write'): Promise<FileHandle | undefined> {
  // Linux only.
  const { O_DIRECT } = constants as { readonly O_DIRECT?: number }
  if (O_DIRECT === undefined) return undefined
  const access = use === 'read' ? constants.O_RDONLY : constants.O_WRONLY
  return await open(path, access | O_DIRECT).catch(() => undefined)
}

/** Whether a block can be written directly, in memory of {@link alignedBuffers} from its start. */
export const isAligned = (offset: number, length: number): boolean =>
  offset % ALIGNMENT === 0 && length % ALIGNMENT === 0

/** Page-aligned buffers, which only WebAssembly memory guarantees in Node. Undefined if the address space is exhausted. */
export function alignedBuffers(count: number, size: number): Buffer[] | undefined {
  const pitch = Math.ceil(size / ALIGNMENT) * ALIGNMENT
  try {
    const { buffer } = new Memory({ initial: Math.ceil((count * pitch) / WASM_PAGE) })
    return Array.from({ length: count }, (_, index) => Buffer.from(buffer, index * pitch, size))
  } catch {
    return undefined
  }
}
