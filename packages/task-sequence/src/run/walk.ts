import type { CompiledNode } from '../compiled.ts'

/**
 * Where a sequence goes on when the node at `index` failed and does not continue by itself: behind the innermost group around it that
 * continues on error. Undefined when there is none: the sequence has failed.
 */
export function afterFailure(nodes: readonly CompiledNode[], index: number): number | undefined {
  for (const at of groupsAround(nodes, index).reverse()) {
    const group = nodes[at]!
    if (group.kind === 'group' && group.continueOnError) return group.end
  }
  return undefined
}

/** The groups that a node is in, the outermost first, by index. */
export const groupsAround = (nodes: readonly CompiledNode[], index: number): number[] =>
  nodes.flatMap((node, at) => (node.kind === 'group' && at < index && index < node.end ? [at] : []))

/** Behind a node that is skipped: of a group, behind all that is in it. */
export const afterSkipped = (nodes: readonly CompiledNode[], index: number): number => {
  const node = nodes[index]!
  return node.kind === 'group' ? node.end : index + 1
}
