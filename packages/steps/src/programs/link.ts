/** A network card whose network is connected. */
export interface Link {
  readonly name: string
  readonly isWired: boolean
}
