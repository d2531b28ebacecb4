import { type Bytes, read } from '@bootwright/bytes'
import { PeError } from './error.ts'
import { readPe } from './read-pe.ts'

/** Shim, SBAT.md: a few lines. */
const SBAT_LIMIT = 1 << 16

export interface SbatEntry {
  /** `grub`, `grub.debian`. */
  readonly component: string
  /** Revoked are generations below one that firmware keeps. */
  readonly generation: number
}

/** The `.sbat` section; nothing when there is none. Throws {@link PeError}. */
export async function readSbat(program: Bytes): Promise<readonly SbatEntry[]> {
  const { sections } = await readPe(program)
  const section = sections.find(({ name }) => name === '.sbat')
  const size = section ? Math.min(section.rawSize, section.virtualSize || section.rawSize) : 0
  if (!section || size === 0) return []
  if (size > SBAT_LIMIT)
    throw new PeError('PE_SECTION', 'SBAT section', `${size} bytes; expected at most ${SBAT_LIMIT}`, section.rawOffset)
  const text = Buffer.from(await read(program, section.rawOffset, size)).toString('latin1')
  return text
    .replace(/\0.*$/s, '')
    .split('\n')
    .flatMap(line => {
      const [component = '', generation = ''] = line.split(',')
      return /^\d{1,9}$/.test(generation) && component !== '' ? [{ component, generation: Number(generation) }] : []
    })
}
