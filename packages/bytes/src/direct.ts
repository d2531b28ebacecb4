import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'

/** No disk has larger logical blocks; where memory, offset and length must be multiples of the block, they are of this. */
const ALIGNMENT = 4096
/** What a WebAssembly memory grows by. */
const WASM_PAGE = 1 << 16
/** Node has it, and its types do not say so. */
const { Memory } = (
  globalThis as unknown as {
    readonly WebAssembly: {
      readonly Memory: new (size: { readonly initial: number }) => { readonly buffer: ArrayBuffer }
    }
  }
).WebAssembly

/**
 * Opens a file to be written or read past the page cache (open(2), `O_DIRECT`): half the work for the processor, what other programs keep in memory
 * stays there, and nothing is left to be written when the last block is. Undefined where the system or the file system cannot.
 */
export async function openDirect(path: string, use: 'read' | 'write' = 'write'): Promise<FileHandle | undefined> {
  // Linux alone has it.
  const { O_DIRECT } = constants as { readonly O_DIRECT?: number }
  if (O_DIRECT === undefined) return undefined
  const access = use === 'read' ? constants.O_RDONLY : constants.O_WRONLY
  return await open(path, access | O_DIRECT).catch(() => undefined)
}

/** Whether a block can be written directly, in memory of {@link alignedBuffers} from its start. */
export const isAligned = (offset: number, length: number): boolean =>
  offset % ALIGNMENT === 0 && length % ALIGNMENT === 0

/** Buffers that begin at a page of memory. Nothing else in Node says where its memory is. Undefined when there is no address space left. */
export function alignedBuffers(count: number, size: number): Buffer[] | undefined {
  const pitch = Math.ceil(size / ALIGNMENT) * ALIGNMENT
  try {
    const { buffer } = new Memory({ initial: Math.ceil((count * pitch) / WASM_PAGE) })
    return Array.from({ length: count }, (_, index) => Buffer.from(buffer, index * pitch, size))
  } catch {
    return undefined
  }
}
