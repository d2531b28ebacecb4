/** Replaces a secret in texts. */
export const MASK = '***'

/**
 * Characters. Shorter secrets are not masked: replacing every `a` or `42` would destroy the text and still reveal the secret by what is
 * missing.
 */
const SHORTEST_MASKED = 4

/** A function that replaces the values by {@link MASK}, also where they are escaped for JSON, a URL or a form. */
export function maskOf(values: Iterable<string>): (text: string) => string {
  const forms = new Set([...values].filter(value => value.length >= SHORTEST_MASKED).flatMap(formsOf))
  // Longest first: if a secret contains another one, the rest must not stay readable.
  const longestFirst = [...forms].sort((a, b) => b.length - a.length)
  return text => longestFirst.reduce((masked, form) => masked.replaceAll(form, MASK), text)
}

function formsOf(value: string): string[] {
  const wellFormed = value.toWellFormed()
  const url = encodeURIComponent(wellFormed)
  const form = new URLSearchParams({ '': wellFormed }).toString().slice(1)
  const lower = (text: string): string => text.replace(/%[0-9A-F]{2}/g, code => code.toLowerCase())
  return [value, JSON.stringify(value).slice(1, -1), url, encodeURI(wellFormed), form, lower(url), lower(form)]
}
