/** Request of `bootwright-env` to the agent: one JSON line, answered by one JSON line. */
export type EnvironmentRequest =
  | { readonly do: 'get'; readonly name: string }
  | { readonly do: 'set'; readonly name: string; readonly value: string; readonly isSecret: boolean }
  | { readonly do: 'list' }

export type EnvironmentReply =
  | { readonly ok: true; readonly lines: readonly string[] }
  | { readonly ok: false; readonly reason: string }
