import { BOOT_SECTOR_SIZE, SIGNATURE_OFFSET } from './boot-sector.ts'

/** FAT specification 1.03, section 5: what FAT32 remembers about its free clusters. */
export function encodeFsInfo(freeClusters: number, nextFreeCluster: number): Buffer {
  const bytes = Buffer.alloc(BOOT_SECTOR_SIZE)
  bytes.write('RRaA', 0, 'latin1')
  bytes.write('rrAa', 484, 'latin1')
  bytes.writeUInt32LE(freeClusters, 488)
  bytes.writeUInt32LE(nextFreeCluster, 492)
  bytes.writeUInt16LE(0xaa55, SIGNATURE_OFFSET)
  return bytes
}
