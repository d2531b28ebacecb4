import type { CompiledNode, CompiledSequence } from '@bootwright/task-sequence/run'
import type { Report } from '../report.ts'
import type { Contents } from './content.ts'

/** Copies to the disk what later steps need, because the medium may be gone by then. */
export async function stage(
  nodes: readonly CompiledNode[],
  applications: CompiledSequence['catalogue']['applications'],
  contents: Contents,
  report: Report,
): Promise<void> {
  const waiting = nodes.flatMap(node => (node.kind === 'step' ? node.content : []))
  const done = new Set<string>()
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    const { kind, name } = next
    if (kind === 'operatingSystemImage' || done.has(`${kind} ${name}`)) continue
    done.add(`${kind} ${name}`)
    report.tell('info', 'staging', { name })
    await (await contents.get(kind, name)).copy()
    if (kind === 'application')
      waiting.push(...(applications[name]?.dependencies ?? []).map(each => ({ kind, name: each })))
  }
}
