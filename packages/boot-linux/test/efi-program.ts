/** The least that is an EFI program with one section, and room in its headers for more. */
export function efiProgram(): Buffer {
  const bytes = Buffer.alloc(0x600)
  bytes.write('MZ')
  bytes.writeUInt32LE(0x80, 0x3c)
  bytes.write('PE\0\0', 0x80, 'latin1')
  bytes.writeUInt16LE(0x8664, 0x84)
  bytes.writeUInt16LE(1, 0x86)
  bytes.writeUInt16LE(240, 0x94)
  bytes.writeUInt16LE(0x20b, 0x98)
  bytes.writeUInt32LE(0x1000, 0x98 + 32)
  bytes.writeUInt32LE(0x200, 0x98 + 36)
  bytes.writeUInt32LE(0x400, 0x98 + 60)
  bytes.writeUInt32LE(16, 0x98 + 108)
  const section = 0x98 + 240
  bytes.write('.text', section)
  for (const [at, value] of [
    [8, 0x200],
    [12, 0x1000],
    [16, 0x200],
    [20, 0x400],
  ] as const)
    bytes.writeUInt32LE(value, section + at)
  return bytes
}
