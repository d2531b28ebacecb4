import { BootLinuxError } from '../errors.ts'

const SECTOR = 512
/** SYSLINUX, core/diskboot.inc and core/diskstart.inc: the OEM name of the boot sector, and how the core begins. */
const BOOT_SECTOR_NAME = { offset: 3, text: 'SYSLINUX' }
const CORE_START = '\r\nSYSLINUX '
/** SYSLINUX, libinstaller/syslxint.h: in the core's first sectors, where its installer writes. */
const PATCH_MAGIC = 0x3eb202fe
/** The module that follows the core is an ELF file, at a multiple of this. */
const ALIGNMENT = 32
const ELF_MAGIC = '\x7fELF'
/** The core fills less than the 448 KiB that it is loaded into. */
const CORE_LIMIT = 448 * 1024
/** SYSLINUX, libinstaller/setadv.c. */
const ADV = { size: 512, magic: [0x5a2d2fa5, 0xa3041767, 0xdd28bf64] } as const

export interface SyslinuxParts {
  readonly bootSector: Uint8Array
  /** `ldlinux.sys`, followed by two copies of an empty auxiliary data vector. */
  readonly core: Uint8Array
}

/**
 * Extracts boot sector and core for FAT volumes from SYSLINUX's installer, the only file that contains them: one after the other, followed
 * by the module `ldlinux.c32`. Throws {@link BootLinuxError} `EXECUTABLE_UNKNOWN` with `name` as its subject.
 */
export function readSyslinuxProgram(program: Uint8Array, name: string): SyslinuxParts {
  const bytes = Buffer.from(program.buffer, program.byteOffset, program.length)
  const coreAt = bytes.indexOf(CORE_START, SECTOR, 'latin1')
  const bootSector = bytes.subarray(coreAt - SECTOR, coreAt)
  const { offset, text } = BOOT_SECTOR_NAME
  const elfAt = elfBehind(bytes, coreAt)
  const core = bytes.subarray(coreAt, elfAt)
  const isRight =
    coreAt > 0 &&
    bootSector.toString('latin1', offset, offset + text.length) === text &&
    bootSector.readUInt16LE(SECTOR - 2) === 0xaa55 &&
    core.length > SECTOR &&
    core.length < CORE_LIMIT &&
    core.length % SECTOR === 0 &&
    core.readUInt32LE(core.indexOf(Buffer.from(Uint32Array.of(PATCH_MAGIC).buffer))) === PATCH_MAGIC
  if (isRight)
    return { bootSector: Uint8Array.from(bootSector), core: Buffer.concat([core, emptyVector(), emptyVector()]) }
  throw new BootLinuxError(
    'EXECUTABLE_UNKNOWN',
    name,
    `${name} does not contain the boot sector and core of SYSLINUX; expected the program \`syslinux\` of SYSLINUX 6`,
  )
}

function elfBehind(bytes: Buffer, start: number): number {
  let at = bytes.indexOf(ELF_MAGIC, start, 'latin1')
  while (at > 0 && (at - start) % ALIGNMENT !== 0) at = bytes.indexOf(ELF_MAGIC, at + 1, 'latin1')
  return at < 0 ? start : at
}

/** Head, checksum, zeros, tail: all words except head and tail add up to the second magic number. */
function emptyVector(): Buffer {
  const [head, sum, tail] = ADV.magic
  const bytes = Buffer.alloc(ADV.size)
  bytes.writeUInt32LE(head, 0)
  bytes.writeUInt32LE(sum, 4)
  bytes.writeUInt32LE(tail, ADV.size - 4)
  return bytes
}
