/** Logical sectors and logical blocks are both of 2048 bytes (ECMA-119 6.1.2, 6.2.2): no reader supports anything else. */
export const BLOCK_SIZE = 2048
/** Sectors of a disk, in which El Torito, MBR and GPT count. */
export const SECTOR_SIZE = 512
export const SECTORS_PER_BLOCK: number = BLOCK_SIZE / SECTOR_SIZE
/** Blocks 0 to 15 belong to the system (ECMA-119 6.2.1); the volume descriptors follow. */
export const SYSTEM_AREA_BLOCKS = 16
/** Block numbers have 32 bits. */
export const LAST_BLOCK = 0xffffffff

export const blocksFor = (size: number): number => Math.ceil(size / BLOCK_SIZE)
