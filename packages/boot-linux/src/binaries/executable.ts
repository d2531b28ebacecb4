import type { Architecture } from '@bootwright/api'
import { type Bytes, read } from '@bootwright/bytes'
import { BootLinuxError } from '../errors.ts'

/** `IMAGE_FILE_MACHINE_…` (PE/COFF, "Machine Types"). */
const PE_MACHINES: Readonly<Record<number, Architecture>> = { 34404: 'x64', 43620: 'arm64' }
/** All headers that are read are within this size. */
const HEAD_SIZE = 4096
const PE_POINTER = 0x3c
/** Linux, Documentation/arch/x86/boot.rst: `header` and, from 2.12, `xloadflags` with XLF_KERNEL_64. */
const X86_MAGIC = { offset: 0x202, text: 'HdrS' }
const X86_LOAD_FLAGS = 0x236
const XLF_KERNEL_64 = 1
/** Linux, Documentation/arch/arm64/booting.rst. */
const ARM64_MAGIC = { offset: 0x38, text: 'ARM\x64' }

/**
 * Architecture of a kernel or EFI program by its headers; undefined when unknown. ELF files are not accepted: GRUB cannot start `vmlinux`.
 */
export async function architectureOf(file: Bytes): Promise<Architecture | undefined> {
  const head = Buffer.from(await read(file, 0, Math.min(file.size, HEAD_SIZE)))
  const has = ({ offset, text }: { offset: number; text: string }): boolean =>
    head.toString('latin1', offset, offset + text.length) === text
  const pe = has({ offset: 0, text: 'MZ' }) && head.length >= PE_POINTER + 4 ? head.readUInt32LE(PE_POINTER) : 0
  if (pe > 0 && pe + 6 <= head.length && has({ offset: pe, text: 'PE\0\0' }))
    return PE_MACHINES[head.readUInt16LE(pe + 4)]
  if (has(X86_MAGIC) && head.length >= X86_LOAD_FLAGS + 2)
    return head.readUInt16LE(X86_LOAD_FLAGS) & XLF_KERNEL_64 ? 'x64' : undefined
  if (has(ARM64_MAGIC)) return 'arm64'
  return undefined
}

/** Throws {@link BootLinuxError} unless `file` is for computers of `architecture`. */
export async function checkArchitecture(file: Bytes, name: string, architecture: Architecture): Promise<void> {
  const found = await architectureOf(file)
  if (found === architecture) return
  if (!found)
    throw new BootLinuxError(
      'EXECUTABLE_UNKNOWN',
      name,
      `${name} is neither a Linux kernel nor an EFI program for x64 or arm64; use another file`,
    )
  throw new BootLinuxError(
    'ARCHITECTURE_WRONG',
    name,
    `${name} is for ${found}, but the medium is for ${architecture}; use another file or change \`architecture\``,
  )
}
