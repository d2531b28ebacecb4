import type { ContentKind } from '@bootwright/api'
import { CONTENT_KINDS } from '@bootwright/medium-format'
import type { CompiledSequence } from './compiled.ts'
import type { Contents } from './contents.ts'
import type { ValidatedSequence } from './validate.ts'

/** A content that a sequence refers to. */
export interface UsedContent {
  readonly kind: ContentKind
  readonly name: string
}

/**
 * Every content that the steps refer to, and every application that one of those depends on, directly or not. `contents` is what there is.
 */
export const usedContents = (
  { nodes }: Pick<ValidatedSequence, 'nodes'>,
  contents: Pick<Contents, 'applications'>,
): readonly UsedContent[] =>
  withDependencies(
    nodes.flatMap(node => (node.kind === 'step' ? node.content : [])),
    contents,
  ).toSorted((a, b) => CONTENT_KINDS.indexOf(a.kind) - CONTENT_KINDS.indexOf(b.kind) || (a.name < b.name ? -1 : 1))

/** Each once. */
function withDependencies(
  named: readonly UsedContent[],
  { applications }: Pick<Contents, 'applications'>,
): readonly UsedContent[] {
  const used = new Map<string, UsedContent>()
  const waiting = [...named]
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    const { kind, name } = next
    const key = `${kind} ${name}`
    if (used.has(key)) continue
    used.set(key, { kind, name })
    if (kind === 'application')
      waiting.push(...(applications[name]?.dependencies ?? []).map(each => ({ kind, name: each })))
  }
  return [...used.values()]
}

/** The sequence as a medium carries it; `reveal` gives the text of a secret. */
export async function compileSequence(
  { name, description, nodes }: ValidatedSequence,
  { applications, packages }: Pick<Contents, 'applications' | 'packages'>,
  reveal: (reference: unknown) => Promise<string>,
): Promise<CompiledSequence> {
  const compiled: CompiledSequence['nodes'][number][] = []
  for (const { finding: _, ...node } of nodes)
    compiled.push(
      node.kind === 'group'
        ? node
        : {
            ...node,
            options: await withSecrets(node.options, reveal),
            content: withDependencies(node.content, { applications }),
          },
    )
  return {
    formatVersion: 1,
    name,
    description,
    nodes: compiled,
    catalogue: {
      applications: mapValues(applications, ({ install, successCodes, dependencies, detect }) => ({
        install,
        successCodes,
        dependencies,
        ...(detect !== undefined && { detect }),
      })),
      packages: mapValues(packages, ({ programs }) => ({ programs })),
    },
  }
}

const mapValues = <T, R>(record: Readonly<Record<string, T>>, change: (value: T) => R): Record<string, R> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]))

/** With the text in the place of each reference: `{ secret: { env: NAME } }` becomes `{ secret: 'the text' }`. */
async function withSecrets(options: unknown, reveal: (reference: unknown) => Promise<string>): Promise<unknown> {
  if (Array.isArray(options)) return await Promise.all(options.map(item => withSecrets(item, reveal)))
  if (typeof options !== 'object' || options === null) return options
  if ('secret' in options) return { secret: await reveal(options.secret) }
  const entries = await Promise.all(
    Object.entries(options).map(async ([key, item]) => [key, await withSecrets(item, reveal)] as const),
  )
  return Object.fromEntries(entries)
}
