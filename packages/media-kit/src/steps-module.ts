import type { AgentProvider, BuildContext } from '@bootwright/api'
import { STEPS_PATH } from '@bootwright/medium-format'
import type { CompiledSequence } from '@bootwright/task-sequence'

/** Puts the programs of the steps that a sequence uses into the tree. */
export async function addSteps(
  context: BuildContext,
  { nodes }: Pick<CompiledSequence, 'nodes'>,
  agent: AgentProvider,
): Promise<void> {
  const types = new Set(nodes.flatMap(node => (node.kind === 'step' ? [node.type] : [])))
  const modules = Object.fromEntries([...types].map(type => [type, context.use('step', type).program]))
  const content = await agent.steps({ modules, signal: context.signal })
  context.tree.set(STEPS_PATH, { kind: 'file', content, change: 'sometimes' })
}
