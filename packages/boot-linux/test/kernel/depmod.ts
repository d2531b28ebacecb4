/** The lines of a `modules.dep`: what each module needs, in its order. */
export const dependenciesIn = (text: string): ReadonlyMap<string, readonly string[]> =>
  new Map(
    text
      .split('\n')
      .filter(Boolean)
      .map(line => {
        const [path, needed] = line.split(/:\s*/) as [string, string]
        return [path, needed.split(' ').filter(Boolean)]
      }),
  )

/** Whether no module stands before another one that needs it: `modprobe` loads a line from its end. */
export const hasLoadableOrder = (lines: ReadonlyMap<string, readonly string[]>): boolean =>
  [...lines.values()].every(line =>
    line.every((path, index) => (lines.get(path) ?? []).every(needed => line.indexOf(needed) > index)),
  )
