/** A small EFI program: headers of 1 KiB, one section of code, an SBAT section, and whatever is given behind. */
export function program({ machine = 0x8664, tail = '' }: { machine?: number; tail?: string } = {}): Buffer {
  const bytes = Buffer.alloc(0x600)
  bytes.write('MZ')
  const coff = 0x80
  bytes.writeUInt32LE(coff, 0x3c)
  bytes.write('PE\0\0', coff, 'latin1')
  bytes.writeUInt16LE(machine, coff + 4)
  bytes.writeUInt16LE(2, coff + 6)
  bytes.writeUInt16LE(240, coff + 20)
  const optional = coff + 24
  bytes.writeUInt16LE(0x20b, optional)
  bytes.writeUInt32LE(0x200, optional + 8)
  bytes.writeUInt32LE(0x1000, optional + 32)
  bytes.writeUInt32LE(0x200, optional + 36)
  bytes.writeUInt32LE(0x3000, optional + 56)
  bytes.writeUInt32LE(0x400, optional + 60)
  bytes.writeUInt16LE(10, optional + 68)
  bytes.writeUInt32LE(16, optional + 108)
  const section = (index: number, name: string, address: number, size: number, offset: number): void => {
    const at = optional + 240 + index * 40
    bytes.write(name, at, 'latin1')
    bytes.writeUInt32LE(size, at + 8)
    bytes.writeUInt32LE(address, at + 12)
    bytes.writeUInt32LE(0x100, at + 16)
    bytes.writeUInt32LE(offset, at + 20)
    bytes.writeUInt32LE(0x60000020, at + 36)
  }
  section(0, '.text', 0x1000, 0x100, 0x400)
  section(1, '.sbat', 0x2000, 0x100, 0x500)
  bytes.fill(0x90, 0x400, 0x500)
  bytes.write('sbat,1,SBAT Version,sbat,1,url\nboot.acme,4,Acme,boot,2,url\nnonsense\n', 0x500, 'latin1')
  return Buffer.concat([bytes, Buffer.from(tail)])
}
