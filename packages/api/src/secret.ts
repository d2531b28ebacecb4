/** A value that must not be shown. It has no text form of its own; `reveal` is called where the value is used, nowhere else. */
export interface Secret {
  /** Where it comes from, for messages: `environment variable LAB_PASSWORD`. */
  readonly origin: string
  reveal(): string
}
