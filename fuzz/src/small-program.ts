/** An EFI program with code, an SBAT section, and room in its headers. */
export function smallProgram(): Uint8Array {
  const bytes = Buffer.alloc(0x600)
  const [coff, optional] = [0x80, 0x98]
  bytes.write('MZ')
  bytes.writeUInt32LE(coff, 0x3c)
  bytes.write('PE\0\0', coff, 'latin1')
  bytes.writeUInt16LE(0x8664, coff + 4)
  bytes.writeUInt16LE(2, coff + 6)
  bytes.writeUInt16LE(240, coff + 20)
  bytes.writeUInt16LE(0x20b, optional)
  for (const [at, value] of [
    [32, 0x1000],
    [36, 0x200],
    [60, 0x400],
    [108, 16],
  ] as const)
    bytes.writeUInt32LE(value, optional + at)
  for (const [index, name] of ['.text', '.sbat'].entries()) {
    const at = optional + 240 + index * 40
    bytes.write(name, at, 'latin1')
    for (const [field, value] of [
      [8, 0x100],
      [12, 0x1000 * (index + 1)],
      [16, 0x100],
      [20, 0x400 + 0x100 * index],
    ] as const)
      bytes.writeUInt32LE(value, at + field)
  }
  bytes.write('sbat,1,SBAT Version,sbat,1,url\nboot.acme,4,Acme,boot,2,url\n', 0x500, 'latin1')
  return bytes
}
