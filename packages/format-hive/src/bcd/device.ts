import { HiveError } from '../error.ts'
import { decodeGuid, encodeGuid } from './guid.ts'

/** Where a boot application is, or what it starts from. */
export type BcdDevice =
  /** The device that the boot manager was started from. */
  | { readonly kind: 'boot' }
  | { readonly kind: 'gpt'; readonly disk: string; readonly partition: string }
  /** `disk` is the signature in the MBR, `offset` where the partition begins, in bytes. */
  | { readonly kind: 'mbr'; readonly disk: number; readonly offset: number }
  /** A WIM that is loaded into memory; `options` is the object that says with which boot.sdi. */
  | { readonly kind: 'ramdisk'; readonly from: BcdDevice; readonly path: string; readonly options: string }
  /** Of another kind: kept as it is, with the id of its options. */
  | { readonly kind: 'other'; readonly data: Uint8Array }

/**
 * An element of a device: id of an object with more options, then a descriptor: type, flags, size, and what the type needs. Microsoft
 * documents none of this; layout and numbers are those of stores that bcdedit made, and of ReactOS' boot library (bl.h).
 */
const OPTIONS_SIZE = 16
const DESCRIPTOR = { type: 0, flags: 4, size: 8, data: 16 } as const
const TYPE = { blockIo: 0, boot: 5, partition: 6 } as const
/** A descriptor has room for any kind of local device. */
const DESCRIPTOR_SIZE = 72
const PARTITION = { id: 16, device: 32, map: 36, disk: 40 } as const
const MAP = { gpt: 0, mbr: 1 } as const
/** A RAM disk: where its image is in memory, once it is, then its file. */
const RAM_DISK = { type: 16, file: 40, version: 40, length: 44, source: 48, parent: 52, path: 124 } as const
const LOCAL_RAM_DISK = 3
const FILE_VERSION = 1
const SOURCE = 5
const NO_OPTIONS = '00000000-0000-0000-0000-000000000000'

export function encodeDevice(device: BcdDevice): Buffer {
  if (device.kind === 'other') return Buffer.from(device.data)
  const options = device.kind === 'ramdisk' ? device.options : NO_OPTIONS
  return Buffer.concat([encodeGuid(options), describe(device)])
}

function describe(device: Exclude<BcdDevice, { kind: 'other' }>): Buffer {
  const bytes = Buffer.alloc(DESCRIPTOR_SIZE)
  bytes.writeUInt32LE(bytes.length, DESCRIPTOR.size)
  if (device.kind === 'boot') bytes.writeUInt32LE(TYPE.boot, DESCRIPTOR.type)
  else if (device.kind === 'gpt') {
    bytes.writeUInt32LE(TYPE.partition, DESCRIPTOR.type)
    encodeGuid(device.partition).copy(bytes, PARTITION.id)
    bytes.writeUInt32LE(MAP.gpt, PARTITION.map)
    encodeGuid(device.disk).copy(bytes, PARTITION.disk)
  } else if (device.kind === 'mbr') {
    bytes.writeUInt32LE(TYPE.partition, DESCRIPTOR.type)
    bytes.writeBigUInt64LE(BigInt(device.offset), PARTITION.id)
    bytes.writeUInt32LE(MAP.mbr, PARTITION.map)
    bytes.writeUInt32LE(device.disk, PARTITION.disk)
  } else return describeRamDisk(device)
  return bytes
}

function describeRamDisk({ from, path }: Extract<BcdDevice, { kind: 'ramdisk' }>): Buffer {
  if (from.kind === 'ramdisk' || from.kind === 'other')
    throw new HiveError(
      'BCD_ELEMENT',
      'BCD device',
      `a RAM disk from a device of kind ${from.kind}; expected boot, gpt or mbr`,
    )
  const name = Buffer.from(`${path}\0`, 'utf16le')
  const bytes = Buffer.alloc(RAM_DISK.path + name.length)
  bytes.writeUInt32LE(TYPE.blockIo, DESCRIPTOR.type)
  bytes.writeUInt32LE(1, DESCRIPTOR.flags)
  bytes.writeUInt32LE(bytes.length, DESCRIPTOR.size)
  bytes.writeUInt32LE(LOCAL_RAM_DISK, RAM_DISK.type)
  bytes.writeUInt32LE(FILE_VERSION, RAM_DISK.version)
  bytes.writeUInt32LE(bytes.length - RAM_DISK.file, RAM_DISK.length)
  bytes.writeUInt32LE(SOURCE, RAM_DISK.source)
  describe(from).copy(bytes, RAM_DISK.parent)
  name.copy(bytes, RAM_DISK.path)
  return bytes
}

/** What is of another kind, or broken, is `other`. */
export function decodeDevice(data: Uint8Array): BcdDevice {
  const bytes = Buffer.from(data)
  if (bytes.length < OPTIONS_SIZE + DESCRIPTOR_SIZE) return { kind: 'other', data }
  const descriptor = bytes.subarray(OPTIONS_SIZE)
  const size = descriptor.readUInt32LE(DESCRIPTOR.size)
  const options = decodeGuid(bytes)
  const isRamDisk =
    descriptor.readUInt32LE(DESCRIPTOR.type) === TYPE.blockIo &&
    descriptor.readUInt32LE(RAM_DISK.type) === LOCAL_RAM_DISK &&
    descriptor.readUInt32LE(RAM_DISK.source) === SOURCE &&
    size > RAM_DISK.path &&
    size <= descriptor.length
  if (isRamDisk) {
    const from = described(descriptor.subarray(RAM_DISK.parent, RAM_DISK.path))
    const path = descriptor.toString('utf16le', RAM_DISK.path, size).split('\0', 1)[0]!
    return from ? { kind: 'ramdisk', from, path, options } : { kind: 'other', data }
  }
  return (options === NO_OPTIONS && described(descriptor)) || { kind: 'other', data }
}

function described(descriptor: Buffer): Exclude<BcdDevice, { kind: 'other' | 'ramdisk' }> | undefined {
  const type = descriptor.readUInt32LE(DESCRIPTOR.type)
  if (type === TYPE.boot) return { kind: 'boot' }
  if (type !== TYPE.partition || descriptor.readUInt32LE(PARTITION.device) !== 0) return undefined
  const map = descriptor.readUInt32LE(PARTITION.map)
  if (map === MAP.gpt)
    return {
      kind: 'gpt',
      disk: decodeGuid(descriptor.subarray(PARTITION.disk)),
      partition: decodeGuid(descriptor.subarray(PARTITION.id)),
    }
  const offset = descriptor.readBigUInt64LE(PARTITION.id)
  if (map !== MAP.mbr || offset > BigInt(Number.MAX_SAFE_INTEGER)) return undefined
  return { kind: 'mbr', disk: descriptor.readUInt32LE(PARTITION.disk), offset: Number(offset) }
}
