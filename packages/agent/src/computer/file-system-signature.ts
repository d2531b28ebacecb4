import type { FileSystem } from './storage.ts'

/** Bytes from the start of a device that contain every signature below. */
export const SIGNATURE_LENGTH: number = 64 * 1024

const SECTOR = 2048
/** Volume recognition area: ECMA-119 8.1.2 (ISO 9660), ECMA-167 2/8.4 (UDF), both from sector 16. */
const RECOGNITION_START = 16

interface Signature {
  readonly fileSystem: FileSystem
  isOn(text: (offset: number, length: number) => string): boolean
}

/** In the order in which they are tried: a disc may be both ISO 9660 and UDF. */
const SIGNATURES: readonly Signature[] = [
  { fileSystem: 'iso9660', isOn: text => recognition(text).includes('CD001') },
  { fileSystem: 'udf', isOn: text => recognition(text).some(identifier => /^NSR0[23]$/.test(identifier)) },
  // Microsoft FAT specification 1.03, 3.2 (BS_FilSysType); exFAT specification 3.1.2; ext4: s_magic of the super block at 1024.
  { fileSystem: 'vfat', isOn: text => text(54, 3) === 'FAT' || text(82, 5) === 'FAT32' },
  { fileSystem: 'exfat', isOn: text => text(3, 8) === 'EXFAT   ' },
  // Microsoft, NTFS boot sector: the OEM id.
  { fileSystem: 'ntfs', isOn: text => text(3, 8) === 'NTFS    ' },
  { fileSystem: 'ext4', isOn: text => text(1024 + 56, 2) === '\x53\xef' },
]

/** The file systems whose signatures are in the first bytes of a device; only these are mounted. */
export function fileSystemsOf(head: Uint8Array): readonly FileSystem[] {
  const text = (offset: number, length: number): string =>
    String.fromCharCode(...head.subarray(offset, offset + length))
  return SIGNATURES.filter(signature => signature.isOn(text)).map(({ fileSystem }) => fileSystem)
}

const recognition = (text: (offset: number, length: number) => string): string[] =>
  Array.from({ length: SIGNATURE_LENGTH / SECTOR - RECOGNITION_START }, (_, index) =>
    text((RECOGNITION_START + index) * SECTOR + 1, 5),
  )
