import { AgentProvider, API_VERSION, Library, type Plugin } from '@bootwright/api'
import { bundleAgent, bundleSteps } from './bundle.ts'
import { findRuntime } from './runtime.ts'

/** Provides boot images with the agent and its Node runtime. */
export const plugin: Plugin = {
  name: '@bootwright/agent-bundle',
  apiVersion: API_VERSION,
  setup(api) {
    api.provide(AgentProvider, [Library], library => ({
      bundle: bundleAgent,
      steps: bundleSteps,
      runtime: request => findRuntime(request, library),
    }))
  },
}
