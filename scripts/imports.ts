import { globSync, readFileSync } from 'node:fs'
import { dirname, join, posix, relative } from 'node:path'
import { parseSync } from 'oxc-parser'

export interface SourceFile {
  /** From the root of the repository, parted by `/`. */
  readonly file: string
  /** Module specifiers: static and dynamic imports, types among them, and exports from other modules. */
  readonly imports: readonly string[]
}

/** The sources that match `patterns` with what each of them imports. */
export const importsOf = (root: string, patterns: readonly string[]): readonly SourceFile[] =>
  globSync([...patterns], { cwd: root })
    .filter(file => !file.includes('node_modules'))
    .map(file => ({ file: file.replaceAll('\\', '/'), imports: specifiersIn(join(root, file)) }))
    .sort((a, b) => (a.file < b.file ? -1 : 1))

function specifiersIn(path: string): readonly string[] {
  const text = readFileSync(path, 'utf8')
  const { module, errors } = parseSync(path, text)
  if (errors.length > 0) throw new Error(`${path}: ${errors[0]!.message}`)
  const { staticImports, staticExports, dynamicImports } = module
  return [
    ...staticImports.map(each => each.moduleRequest.value),
    ...staticExports.flatMap(each => each.entries.flatMap(entry => entry.moduleRequest?.value ?? [])),
    ...dynamicImports.map(({ moduleRequest: { start, end } }) => text.slice(start, end).replace(/^['"`]|['"`]$/g, '')),
  ]
}

/** Circles of files and of folders below `folder`: in each folder, its entries must not import each other in a ring. */
export function circlesIn(folder: string, sources: readonly SourceFile[]): readonly string[] {
  const arrows = new Map<string, Map<string, string>>()
  for (const { file, imports } of sources)
    for (const specifier of imports.filter(each => each.startsWith('.'))) {
      const to = posix.join(dirname(file), specifier)
      if (!to.startsWith(`${folder}/`) || to === file) continue
      const [common, from, next] = fork(file.split('/'), to.split('/'))
      const within = arrows.get(common) ?? new Map<string, string>()
      arrows.set(common, within.set(`${from} ${next}`, `${relative(folder, file)} -> ${relative(folder, to)}`))
    }
  return [...arrows].flatMap(([common, within]) => {
    const ring = ringIn([...within.keys()].map(arrow => arrow.split(' ') as [string, string]))
    return ring
      ? [`${common}: ${ring.map((from, index) => within.get(`${from} ${ring[(index + 1) % ring.length]}`)).join(', ')}`]
      : []
  })
}

/** The folder that two files share, and the entry of it that each is in. */
function fork(from: readonly string[], to: readonly string[]): readonly [string, string, string] {
  const depth = from.findIndex((name, index) => to[index] !== name)
  return [from.slice(0, depth).join('/'), from[depth]!, to[depth]!]
}

function ringIn(arrows: readonly (readonly [string, string])[]): readonly string[] | undefined {
  const finished = new Set<string>()
  const visit = (node: string, path: readonly string[]): readonly string[] | undefined => {
    if (path.includes(node)) return path.slice(path.indexOf(node))
    if (finished.has(node)) return undefined
    for (const [from, to] of arrows) {
      const ring = from === node ? visit(to, [...path, node]) : undefined
      if (ring) return ring
    }
    finished.add(node)
    return undefined
  }
  for (const [from] of arrows) {
    const ring = visit(from, [])
    if (ring) return ring
  }
  return undefined
}
