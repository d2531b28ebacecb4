/** How a definition refers to a secret. A plain string is the value itself. */
export type SecretReference = string | { readonly env: string } | { readonly file: string }

/** A value that must not be shown. It has no text form; call `reveal` only where the value is used. */
export interface Secret {
  /** Where it comes from, for messages: `environment variable LAB_PASSWORD`. */
  readonly origin: string
  reveal(): string
}
