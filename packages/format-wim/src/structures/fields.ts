import { WimError, type WimStructure } from '../error.ts'

/** A size or offset of 64 bits as a number. Throws {@link WimError} `WIM_TOO_LARGE` from 2^53 on. */
export function readSize(bytes: Buffer, at: number, structure: WimStructure, offset: number): number {
  const value = bytes.readBigUInt64LE(at)
  if (value <= BigInt(Number.MAX_SAFE_INTEGER)) return Number(value)
  throw new WimError('WIM_TOO_LARGE', structure, `a size or offset of ${value}; expected less than 2^53`, { offset })
}
