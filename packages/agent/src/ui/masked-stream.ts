import type { Masker } from './mask.ts'

/** A prompt that ends like a secret begins is shown after this many milliseconds without more output. */
const UNDECIDED_DELAY = 100

/** Masks output that comes in pieces: a secret cut in two is still masked. */
export interface MaskedStream {
  write(text: string): void
  /** Shows what was held back. */
  end(): void
}

export function maskedStream(masker: Masker, show: (text: string) => void): MaskedStream {
  let held = ''
  let timer: NodeJS.Timeout | undefined
  const showHeld = (): void => {
    clearTimeout(timer)
    if (held !== '') show(masker.mask(held))
    held = ''
  }
  return {
    write(text) {
      clearTimeout(timer)
      const all = masker.mask(held + text)
      const kept = masker.partialSecretLength(all)
      const shown = all.slice(0, all.length - kept)
      held = all.slice(all.length - kept)
      if (shown !== '') show(shown)
      if (held !== '') timer = setTimeout(showHeld, UNDECIDED_DELAY)
    },
    end: showHeld,
  }
}
