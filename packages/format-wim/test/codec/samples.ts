/** A generator that gives the same numbers everywhere. */
function numbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

const filled = (size: number, byteAt: (at: number) => number): Uint8Array =>
  Uint8Array.from({ length: size }, (_, at) => byteAt(at))

/** Contents of one chunk, each of another nature. */
export function samples(size: number): Readonly<Record<string, Uint8Array>> {
  const next = numbers(7)
  const words = Array.from({ length: 400 }, () =>
    Array.from({ length: 2 + next() * 9 }, () => String.fromCharCode(97 + next() ** 2 * 26)).join(''),
  )
  let text = ''
  while (text.length < size) text += `${words[Math.floor(next() ** 2 * words.length)]} `
  const code = filled(size, at =>
    at % 23 === 0 ? 0xe8 : at % 23 < 5 ? (at >> 5) & 0x3f : Math.floor(next() ** 3 * 256),
  )
  return {
    zeros: filled(size, () => 0),
    ramp: filled(size, at => at & 0xff),
    text: filled(size, at => text.charCodeAt(at)),
    'x86 calls': code,
    'one byte of many': filled(size, () => (next() < 0.999 ? 7 : Math.floor(next() * 256))),
    'two symbols': filled(size, () => (next() < 0.5 ? 0 : 255)),
    random: filled(size, () => Math.floor(next() * 256)),
    'a part of a chunk': filled(Math.floor(size / 3) + 1, at => text.charCodeAt(at)),
    tiny: filled(5, at => at),
    odd: filled(2001, at => text.charCodeAt(at % 97)),
  }
}
