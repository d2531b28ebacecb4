import type { NetworkAdapter } from '@bootwright/medium-format/adapters'

/** A network card of this computer. */
export interface Card {
  readonly name: string
  /** `52:54:00:12:34:56`. */
  readonly macAddress: string
}

export interface MatchedCards {
  readonly cards: readonly { readonly card: string; readonly adapter: NetworkAdapter }[]
  /** Adapters without a card; they may be meant for the installed system, where cards have other names. */
  readonly unmatched: readonly string[]
}

/** Assigns a card to each adapter, in order; each card once. */
export function matchCards(adapters: readonly NetworkAdapter[], all: readonly Card[]): MatchedCards {
  const free = [...all]
  const cards: { card: string; adapter: NetworkAdapter }[] = []
  const unmatched: string[] = []
  for (const adapter of adapters) {
    const index = free.findIndex(card => matches(adapter, card))
    const [card] = index < 0 ? [] : free.splice(index, 1)
    if (card) cards.push({ card: card.name, adapter })
    else unmatched.push(adapter.macAddress ?? adapter.name ?? 'another card')
  }
  return { cards, unmatched }
}

function matches({ name, macAddress }: NetworkAdapter, card: Card): boolean {
  if (macAddress !== undefined) return card.macAddress.toLowerCase() === macAddress.toLowerCase().replaceAll('-', ':')
  return name === undefined || new RegExp(`^${name.replaceAll('*', '.*')}$`, 'i').test(card.name)
}
