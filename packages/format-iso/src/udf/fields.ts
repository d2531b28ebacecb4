/** UDF 1.02. */
export const REVISION = 0x0102
const ENTITY = { identifier: 1, suffix: 24, size: 32 } as const

/** An entity identifier, ECMA-167 1/7.4. */
export function entity(identifier: string, suffix: readonly number[] = []): Buffer {
  const field = Buffer.alloc(ENTITY.size)
  field.write(identifier, ENTITY.identifier, 'latin1')
  Buffer.from(suffix).copy(field, ENTITY.suffix)
  return field
}
/** UDF 1.02 2.1.5.3: revision, and that nothing is to be written. */
export const DOMAIN: Buffer = entity('*OSTA UDF Compliant', [REVISION & 0xff, REVISION >> 8, 0x03])
export const IMPLEMENTATION: Buffer = entity('*Bootwright')
export const VOLUME_INFORMATION: Buffer = entity('*UDF LV Info', [REVISION & 0xff, REVISION >> 8])
export const CONTENTS: Buffer = entity('+NSR02')
export const ENTITY_IDENTIFIER: { readonly start: number; readonly end: number } = { start: 1, end: 24 }

/** ECMA-167 1/7.2.1, UDF 1.02 2.1.2: CS0. */
export const CHARSET: Buffer = Buffer.concat([Buffer.from('\0OSTA Compressed Unicode', 'latin1')], 64)

/** ECMA-167 1/7.3, in UTC. */
export function timestamp(date: Date): Buffer {
  const field = Buffer.alloc(12)
  field.writeUInt16LE(1 << 12, 0)
  field.writeInt16LE(date.getUTCFullYear(), 2)
  const rest = [
    date.getUTCMonth() + 1,
    date.getUTCDate(),
    date.getUTCHours(),
    date.getUTCMinutes(),
    date.getUTCSeconds(),
  ]
  Buffer.from([...rest, Math.floor(date.getUTCMilliseconds() / 10)]).copy(field, 4)
  return field
}

/** ECMA-167 3/7.1: a run of the volume, in bytes from a block on. */
export const EXTENT = { length: 0, location: 4, size: 8 } as const
export function writeExtent(into: Buffer, at: number, block: number, bytes: number): void {
  into.writeUInt32LE(bytes, at + EXTENT.length)
  into.writeUInt32LE(block, at + EXTENT.location)
}
/** ECMA-167 4/14.14.2: a run of a partition, of which there is one. */
export const LONG_AD = { length: 0, block: 4, partition: 8, uniqueId: 12, size: 16 } as const
export function writeLongAd(into: Buffer, at: number, block: number, bytes: number, uniqueId = 0): void {
  into.writeUInt32LE(bytes, at + LONG_AD.length)
  into.writeUInt32LE(block, at + LONG_AD.block)
  into.writeUInt32LE(uniqueId, at + LONG_AD.uniqueId)
}
