/**
 * Builds a minimal EFI program: headers of 1 KiB with room for more sections, `.text` at byte 0x400, `.sbat` at byte 0x500, and `tail` at the end.
 */
export function efiProgram({
  machine = 0x8664,
  sbat = 'sbat,1,SBAT Version,sbat,1,url\n',
  tail = '',
}: {
  readonly machine?: number
  readonly sbat?: string
  readonly tail?: string
} = {}): Buffer {
  const bytes = Buffer.alloc(0x600)
  const [coff, optional] = [0x80, 0x98]
  bytes.write('MZ')
  bytes.writeUInt32LE(coff, 0x3c)
  bytes.write('PE\0\0', coff, 'latin1')
  bytes.writeUInt16LE(machine, coff + 4)
  bytes.writeUInt16LE(2, coff + 6)
  bytes.writeUInt16LE(240, coff + 20)
  bytes.writeUInt16LE(0x20b, optional)
  bytes.writeUInt16LE(10, optional + 68)
  const fields = [
    [8, 0x200],
    [32, 0x1000],
    [36, 0x200],
    [56, 0x3000],
    [60, 0x400],
    [108, 16],
  ] as const
  for (const [at, value] of fields) bytes.writeUInt32LE(value, optional + at)
  for (const [index, name] of ['.text', '.sbat'].entries()) {
    const at = optional + 240 + index * 40
    bytes.write(name, at, 'latin1')
    const section = [0x100, 0x1000 * (index + 1), 0x100, 0x400 + 0x100 * index]
    for (const [field, value] of section.entries()) bytes.writeUInt32LE(value, at + 8 + field * 4)
    bytes.writeUInt32LE(0x60000020, at + 36)
  }
  bytes.fill(0x90, 0x400, 0x500)
  bytes.write(sbat, 0x500, 'latin1')
  return Buffer.concat([bytes, Buffer.from(tail)])
}
