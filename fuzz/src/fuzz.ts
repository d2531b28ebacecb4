import { BytesError } from '@bootwright/bytes'
import { formats, type Seed } from './formats.ts'
import { mutate } from './mutate.ts'
import { randomOf } from './random.ts'

export interface FuzzOptions {
  readonly format: string
  readonly seed: number
  /** Number of the first image. */
  readonly first: number
  readonly count: number
  /** Called before each image, with its number: who hears nothing for long knows which one hangs. */
  readonly onImage?: (number: number) => void
}
export interface Finding {
  readonly number: number
  readonly error: unknown
}
export interface FuzzResult {
  readonly read: number
  readonly refused: number
  readonly findings: readonly Finding[]
  /** Milliseconds that the slowest image took. */
  readonly slowest: number
}

/** Reads mutated images of one format. Image N of a seed is always the same. */
export async function fuzz({ format: name, seed, first, count, onImage }: FuzzOptions): Promise<FuzzResult> {
  const format = formats[name]
  if (!format) throw new Error(`no format "${name}"; known: ${Object.keys(formats).join(', ')}`)
  const seeds: readonly Seed[] = await format.seeds()
  const findings: Finding[] = []
  let [read, refused, slowest] = [0, 0, 0]
  for (let number = first; number < first + count; number += 1) {
    onImage?.(number)
    const random = randomOf(seed * 1_000_003 + number)
    const { bytes, structure } = seeds[random(seeds.length)]!
    const image = await mutate(bytes, structure, random)
    const started = performance.now()
    try {
      await format.read(image)
      read += 1
    } catch (error) {
      if (format.isTyped(error) || isTreeError(error)) refused += 1
      else findings.push({ number, error })
    }
    slowest = Math.max(slowest, performance.now() - started)
  }
  return { read, refused, findings, slowest }
}

const isTreeError = (error: unknown): boolean => error instanceof BytesError && error.code === 'TREE_PATH'
