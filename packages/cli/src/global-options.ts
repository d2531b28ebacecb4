/** Options of `bootwright` itself, before the command. */
export interface GlobalOptions {
  readonly config?: string
  readonly library: string
  readonly json?: boolean
  readonly verbose?: boolean
}
