import type { ContentReference } from '@bootwright/api'
import { type DefinitionFinding, suggestion } from '@bootwright/diagnostics'
import { CONTENTS_KEYS, type Contents } from './contents.ts'

/** Creates a finding at a known position. */
export type PlacedFinding = (severity: DefinitionFinding['severity'], message: string) => DefinitionFinding

/** A reference to a content, from a step or from an application. */
export interface Reference {
  readonly reference: Pick<ContentReference, 'kind' | 'name'>
  /** The application that depends on the content. */
  readonly dependent?: string
  readonly finding: PlacedFinding
}

/** Every referenced content must be declared, and applications must not depend on each other in a circle. */
export function checkReferences(
  references: readonly Reference[],
  contents: Contents,
  extras: Partial<Contents>,
): readonly DefinitionFinding[] {
  const all: DefinitionFinding[] = []
  for (const { reference, finding } of references) {
    const key = CONTENTS_KEYS[reference.kind]
    const known = Object.keys({ ...extras[key], ...contents[key] })
    if (!known.includes(reference.name))
      all.push(finding('error', `no "${reference.name}" under ${key}${suggestion(reference.name, known)}`))
  }
  const dependencies = references.flatMap(({ reference, dependent, finding }) =>
    dependent === undefined ? [] : [{ from: dependent, to: reference.name, finding }],
  )
  const finished = new Set<string>()
  const visit = (name: string, path: readonly string[]): void => {
    if (finished.has(name)) return
    for (const { from, to, finding } of dependencies) {
      if (from !== name) continue
      const chain = [...path, name]
      if (chain.includes(to))
        all.push(
          finding(
            'error',
            `applications depend on each other: ${[...chain.slice(chain.indexOf(to)), to].join(' -> ')}`,
          ),
        )
      else visit(to, chain)
    }
    finished.add(name)
  }
  for (const { from } of dependencies) visit(from, [])
  return all
}
