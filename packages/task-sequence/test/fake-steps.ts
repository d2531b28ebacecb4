import type { Step } from '@bootwright/api'
import * as z from 'zod'
import type { StepLookup } from '../src/index.ts'

const step = (title: string, more: Partial<Step>): Step => ({
  title,
  description: title,
  schema: z.strictObject({}),
  runsIn: ['bootImage', 'installedSystem'],
  platforms: ['linux', 'windows'],
  program: 'file:///nowhere.js',
  ...more,
})

const steps: Readonly<Record<string, Step>> = {
  run: step('Run', { schema: z.strictObject({ command: z.string(), password: z.unknown().optional() }) }),
  apply: step('Apply', {
    schema: z.strictObject({ image: z.string() }),
    platforms: ['linux'],
    content: options => [
      { kind: 'operatingSystemImage', name: (options as { readonly image: string }).image, path: ['image'] },
    ],
  }),
  install: step('Install', {
    schema: z.strictObject({ application: z.string() }),
    content: options => [
      { kind: 'application', name: (options as { readonly application: string }).application, path: ['application'] },
    ],
  }),
  connect: step('Connect', { needs: ['network'] }),
}

export const lookup: StepLookup = { names: () => Object.keys(steps), use: (_, name) => steps[name]! }
