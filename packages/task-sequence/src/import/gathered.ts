/** A task sequence as it is written in YAML, and what could not be carried over. */
export interface Imported {
  readonly sequence: Readonly<Record<string, unknown>>
  /** In the order of the sequence: what has to be looked at, and where. */
  readonly notes: readonly string[]
}

/** What an import has gathered so far. */
export interface Gathered {
  readonly notes: string[]
  readonly packages: Map<string, object>
  readonly images: Map<string, object>
  readonly applications: Map<string, object>
  readonly driverPackages: Map<string, object>
}

export const gather = (): Gathered => ({
  notes: [],
  packages: new Map(),
  images: new Map(),
  applications: new Map(),
  driverPackages: new Map(),
})

/** The contents that steps refer to, with places where their files are expected. */
export function contentsOf({
  packages,
  images,
  applications,
  driverPackages,
  notes,
}: Gathered): Record<string, unknown> {
  const parts = { operatingSystemImages: images, applications, packages, driverPackages }
  const written: Record<string, unknown> = {}
  for (const [key, entries] of Object.entries(parts)) {
    if (entries.size === 0) continue
    written[key] = Object.fromEntries(entries)
    for (const [name, entry] of entries)
      notes.push(
        `${key}: copy the files of "${name}" to ${(entry as { readonly source: string }).source}, or correct its source`,
      )
  }
  return written
}
