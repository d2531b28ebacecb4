/** An image of a WIM, and the volume that it is applied to. */
export interface WimToApply {
  readonly path: string
  /** From 1. */
  readonly index: number
  readonly volume: string
}
