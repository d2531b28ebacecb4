/** QEMU, docs/interop/qcow2.rst: all numbers big-endian. Offsets in bytes. */
export const HEADER = {
  magic: 0x514649fb,
  version: 4,
  backingOffset: 8,
  clusterBits: 20,
  size: 24,
  encryption: 32,
  l1Entries: 36,
  l1Offset: 40,
  refcountOffset: 48,
  refcountClusters: 56,
  snapshots: 60,
  incompatible: 72,
  refcountOrder: 96,
  length: 100,
  end: 104,
} as const
/** An entry that refers to a cluster has its offset in these bits; the others say how. */
export const OFFSET_MASK: bigint = 0x00ff_ffff_ffff_fe00n
/** Nobody else refers to the cluster. */
export const COPIED: bigint = 1n << 63n
export const COMPRESSED: bigint = 1n << 62n
/** Of an L2 entry: all zeros, whatever the cluster has. */
export const ALL_ZERO = 1n
export const ENTRY_SIZE = 8
