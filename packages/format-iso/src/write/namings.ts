import { ucs2 } from '../names/labels.ts'
import { compareNames, jolietNames, relaxedNames, strictNames } from '../names/names.ts'
import { uniqueNames } from '../names/unique.ts'
import { systemUseRoom } from '../structures/directory-record.ts'
import type { FolderNode, Node } from '../structures/nodes.ts'
import type { RockRidge } from '../structures/rock-ridge.ts'
import type { Identified, Naming } from './hierarchy.ts'

/** The hierarchy of the primary descriptor: names of interchange level 3 (or relaxed ones), and Rock Ridge beside them. */
export function primaryNaming(rockRidge: RockRidge, isRelaxed: boolean): Naming {
  return {
    children(folder) {
      const folders = new Set(folder.children.filter(child => child.kind === 'folder').map(child => child.name))
      const rule = isRelaxed ? relaxedNames : strictNames(name => folders.has(name))
      const names = uniqueNames(
        folder.children.map(child => child.name),
        rule,
      )
      return identified(folder.children, names, ' ', (node, name) =>
        Buffer.from(isRelaxed ? name : withVersion(node, name), 'latin1'),
      )
    },
    named: (node, identifierLength) => rockRidge.named(node, systemUseRoom(identifierLength)),
    self: folder => rockRidge.self(folder, systemUseRoom(1)),
    above: folder => rockRidge.above(folder, systemUseRoom(1)),
  }
}

/** The Joliet hierarchy, which has no links: nothing in Joliet says what a link is. */
export const jolietNaming: Naming = {
  children(folder: FolderNode) {
    const children = folder.children.filter(child => child.kind !== 'link')
    const names = uniqueNames(
      children.map(child => child.name),
      jolietNames,
    )
    return identified(children, names, '\0', (node, name) => ucs2(node.kind === 'folder' ? name : `${name};1`))
  },
}

/** ECMA-119 7.5.1: a file identifier has both separators, also without an extension. */
const withVersion = (node: Node, name: string): string =>
  node.kind === 'folder' ? name : name.includes('.') ? `${name};1` : `${name}.;1`

function identified(
  nodes: readonly Node[],
  names: readonly string[],
  fill: string,
  encode: (node: Node, name: string) => Uint8Array,
): Identified[] {
  return nodes
    .map((node, index) => ({ node, name: names[index]! }))
    .sort((a, b) => compareNames(a.name, b.name, fill))
    .map(({ node, name }) => ({ node, identifier: encode(node, name) }))
}
