/** Fields of one package as `apt-cache show` prints them (deb-control(5)), by lower-case name. */
export type Stanza = ReadonlyMap<string, string>

/** Parses paragraphs separated by empty lines; a line that begins with a space continues the field above. */
export function parseControl(text: string): readonly Stanza[] {
  return text
    .split(/\n(?:[ \t]*\n)+/)
    .map(paragraph => {
      const fields = new Map<string, string>()
      let current: string | undefined
      for (const line of paragraph.split('\n')) {
        const field = /^([^\s:]+):\s*(.*)$/.exec(line)
        if (field) {
          current = field[1]!.toLowerCase()
          fields.set(current, field[2]!)
        } else if (current && /^\s/.test(line)) fields.set(current, `${fields.get(current)}\n${line.trim()}`)
      }
      return fields
    })
    .filter(fields => fields.size > 0)
}

/** The first alternative of each dependency in a `Depends` field, with its version if an exact one is required. */
export function parseDepends(
  field: string,
): readonly { readonly name: string; readonly version?: string | undefined }[] {
  return field
    .split(',')
    .map(part => /^\s*([a-z0-9][a-z0-9+.-]+)(?::\w+)?(?:\s*\(=\s*([^)\s]+)\s*\))?/.exec(part))
    .filter(match => match !== null)
    .map(([, name, version]) => ({ name: name!, version }))
}
