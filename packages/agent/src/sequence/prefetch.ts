import type { CompiledNode } from '@bootwright/task-sequence/run'
import type { Contents } from '../content/contents.ts'
import type { Report } from '../ui/report.ts'

/** Copies the contents of later steps to the disk, because the medium may be removed. */
export async function prefetch(nodes: readonly CompiledNode[], contents: Contents, report: Report): Promise<void> {
  const done = new Set<string>()
  for (const { kind, name } of nodes.flatMap(node => (node.kind === 'step' ? node.content : []))) {
    if (kind === 'operatingSystemImage' || done.has(`${kind} ${name}`)) continue
    done.add(`${kind} ${name}`)
    report.print('info', 'copyingContent', { name })
    await (await contents.get(kind, name)).copy()
  }
}
