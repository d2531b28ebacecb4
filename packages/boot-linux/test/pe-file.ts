const MACHINES = { x64: 0x8664, arm64: 0xaa64, x86: 0x14c } as const

/** The head of an EFI program. */
export function efiProgram(machine: keyof typeof MACHINES): Buffer {
  const file = Buffer.alloc(0x100)
  file.write('MZ')
  file.writeUInt32LE(0x80, 0x3c)
  file.write('PE\0\0', 0x80, 'latin1')
  file.writeUInt16LE(MACHINES[machine], 0x84)
  return file
}

/** The head of a kernel for PCs that is no EFI program. */
export function x86Kernel(is64Bit = true): Buffer {
  const file = Buffer.alloc(0x238)
  file.write('HdrS', 0x202)
  file.writeUInt16LE(is64Bit ? 1 : 0, 0x236)
  return file
}
