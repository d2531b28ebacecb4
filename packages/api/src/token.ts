declare const value: unique symbol

/** The typed key of a service. At run time it is an ordinary symbol. */
export type Token<T> = symbol & { readonly [value]: T }

/** Uses `Symbol.for`, so that two installed copies of this package agree on the key. Third parties prefix their own name. */
export const token = <T>(key: string): Token<T> => Symbol.for(`@bootwright/api:${key}`) as Token<T>

/** The types behind a list of tokens, in the same order. */
export type Values<D extends readonly Token<unknown>[]> = {
  readonly [I in keyof D]: D[I] extends Token<infer T> ? T : never
}
