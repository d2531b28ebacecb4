declare const value: unique symbol

/** A service key that knows the type it stands for. At run time it is an ordinary symbol. */
export type Token<T> = symbol & { readonly [value]: T }

/** `Symbol.for`, so that two installed copies of this package still agree on the key. Third parties prefix their own name. */
export const token = <T>(key: string): Token<T> => Symbol.for(`@bootwright/api:${key}`) as Token<T>

/** What the tokens of a list stand for, in the same order. */
export type Values<D extends readonly Token<unknown>[]> = {
  readonly [I in keyof D]: D[I] extends Token<infer T> ? T : never
}
