import type { Masker } from './mask.ts'

/** Milliseconds without output after which text that may begin a secret is shown, a prompt for example. */
const UNDECIDED_DELAY = 100

/** Masks output that arrives in pieces, including secrets that are split between them. */
export interface MaskedStream {
  write(text: string): void
  /** Shows pending text. */
  end(): void
}

export function maskedStream(masker: Masker, show: (text: string) => void): MaskedStream {
  let pending = ''
  let timer: NodeJS.Timeout | undefined
  const showPending = (): void => {
    clearTimeout(timer)
    if (pending !== '') show(masker.mask(pending))
    pending = ''
  }
  return {
    write(text) {
      clearTimeout(timer)
      const all = masker.mask(pending + text)
      const pendingLength = masker.partialSecretLength(all)
      const shown = all.slice(0, all.length - pendingLength)
      pending = all.slice(all.length - pendingLength)
      if (shown !== '') show(shown)
      if (pending !== '') timer = setTimeout(showPending, UNDECIDED_DELAY)
    },
    end: showPending,
  }
}
