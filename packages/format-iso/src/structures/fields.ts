import { IsoError } from '../errors.ts'

/** ECMA-119 7.2.3: 16 bits, least significant byte first and again most significant byte first. */
export function writeBoth16(into: Buffer, offset: number, value: number): void {
  into.writeUInt16LE(value, offset)
  into.writeUInt16BE(value, offset + 2)
}

/** ECMA-119 7.3.3: 32 bits, in both orders. */
export function writeBoth32(into: Buffer, offset: number, value: number): void {
  into.writeUInt32LE(value, offset)
  into.writeUInt32BE(value, offset + 4)
}

/** ECMA-119 9.1.5 keeps the year in one byte, counted from 1900. */
const FIRST_YEAR = 1900
const LAST_YEAR = 2155

/** Throws {@link IsoError} `DATE_OUTSIDE` for a date that no directory record can hold. */
export function checkDate(date: Date): void {
  const year = date.getUTCFullYear()
  if (year >= FIRST_YEAR && year <= LAST_YEAR) return
  const found = Number.isNaN(year) ? 'an invalid date' : `the year ${year}`
  throw new IsoError('DATE_OUTSIDE', `found ${found}; expected a date from ${FIRST_YEAR} to ${LAST_YEAR}`)
}

/** ECMA-119 9.1.5: seven bytes, in UTC, to the second. */
export const shortDate = (date: Date): Uint8Array =>
  Uint8Array.of(
    date.getUTCFullYear() - FIRST_YEAR,
    date.getUTCMonth() + 1,
    date.getUTCDate(),
    date.getUTCHours(),
    date.getUTCMinutes(),
    date.getUTCSeconds(),
    0,
  )

/** ECMA-119 8.4.26.1: sixteen digits to the hundredth of a second, and the offset from UTC, which is 0. */
export const longDate = (date: Date): Uint8Array =>
  Buffer.from(
    `${date
      .toISOString()
      .replace(/[-T:.Z]/g, '')
      .slice(0, 16)}\0`,
    'latin1',
  )

/** "Not specified" in ECMA-119 8.4.26.1. */
export const NO_LONG_DATE: Uint8Array = Buffer.from(`${'0'.repeat(16)}\0`, 'latin1')

/** The reverse of {@link longDate}, also for other time zones (quarters of an hour); nothing when not specified. */
export function readLongDate(field: Uint8Array): Date | undefined {
  const digits = Buffer.from(field.subarray(0, 16)).toString('latin1')
  if (!/^\d{16}$/.test(digits) || digits === '0'.repeat(16)) return undefined
  const part = (from: number, to: number): number => Number(digits.slice(from, to))
  const milliseconds = Date.UTC(
    part(0, 4),
    part(4, 6) - 1,
    part(6, 8),
    part(8, 10),
    part(10, 12),
    part(12, 14),
    part(14, 16) * 10,
  )
  const quarters = ((field[16] ?? 0) << 24) >> 24
  return new Date(milliseconds - quarters * 15 * 60_000)
}
