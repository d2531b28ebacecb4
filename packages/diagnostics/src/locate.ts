import { type Document, isAlias, isMap, isScalar, isSeq, type LineCounter, type Node, type Pair } from 'yaml'
import type { Path, Position } from './findings.ts'

/**
 * Finds the position of `path`: a map entry at its key, a list entry at its beginning. For a path that is absent, the position of its last
 * part that is present.
 */
export function locator(document: Document, lines: LineCounter): (path: Path) => Position | undefined {
  return path => {
    let node = document.contents as Node | null | undefined
    let offset = node?.range?.[0]
    for (const key of path) {
      const next = enter(node, key, document)
      if (!next) break
      node = next.node
      offset = next.offset ?? offset
    }
    if (offset === undefined) return undefined
    const { line, col } = lines.linePos(offset)
    return { line, column: col }
  }
}

interface Entered {
  readonly node: Node | null | undefined
  readonly offset: number | undefined
}

function enter(node: Node | null | undefined, key: string | number, document: Document): Entered | undefined {
  const real = isAlias(node) ? node.resolve(document) : node
  if (isSeq(real)) {
    const item = real.items[Number(key)] as Node | undefined
    return item && { node: item, offset: item.range?.[0] }
  }
  if (!isMap(real)) return undefined
  const pairs = real.items as Pair<Node, Node | null>[]
  const pair = pairs.find(each => isScalar(each.key) && String(each.key.value) === String(key))
  return pair && { node: pair.value, offset: pair.key.range?.[0] }
}
