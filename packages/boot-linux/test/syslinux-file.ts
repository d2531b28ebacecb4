/** What matters of SYSLINUX's installer: boot sector, core of three sectors, and an ELF module behind it. */
export function syslinuxProgram(): Buffer {
  const bootSector = Buffer.alloc(512, 0xb5)
  bootSector.write('\xebX\x90SYSLINUX', 0, 'latin1')
  bootSector.writeUInt16LE(0xaa55, 510)
  const core = Buffer.alloc(3 * 512, 0xc0)
  core.write('\r\nSYSLINUX 6.04 ', 0, 'latin1')
  core.writeUInt32LE(0x3eb202fe, 32)
  return Buffer.concat([
    Buffer.from('\x7fELF installer', 'latin1'),
    bootSector,
    core,
    Buffer.from('\x7fELF module', 'latin1'),
  ])
}
