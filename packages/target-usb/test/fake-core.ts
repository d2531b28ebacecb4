/** A core of SYSLINUX in its outlines: both patch areas where the real one has them, and the vector behind it. */
export function fakeCore(): Buffer {
  const core = Buffer.alloc(114 * 512, 0xc0)
  core.write('\r\nSYSLINUX 6.04 ', 0, 'latin1')
  core.writeUInt32LE(0x3eb202fe, 24)
  const extended = 5190
  core.fill(0, 24 + 8, 24 + 20)
  core.writeUInt16LE(extended, 24 + 22)
  const fields = [5848, 5212, 256, 5468, 256, 494, 192, 282, 288, 458]
  for (const [index, field] of fields.entries()) core.writeUInt16LE(field, extended + index * 2)
  core
    .fill(0, 5848, 5848 + 16)
    .fill(0, 5212, 5212 + 256)
    .fill(0, 494, 494 + 1920)
  return Buffer.concat([core, Buffer.alloc(1024, 0xad)])
}

export function fakeBootSector(): Buffer {
  const sector = Buffer.alloc(512, 0x90)
  sector.write('\xebX\x90SYSLINUX', 0, 'latin1')
  return sector
}
