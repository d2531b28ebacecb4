import {
  AgentProvider,
  API_VERSION,
  type BuildContext,
  DigestCache,
  definePlugin,
  Library,
  PinStore,
  type Plugin,
  type PluginFactory,
  type Schema,
  Stage,
} from '@bootwright/api'
import type { MediaOptions } from '@bootwright/medium-format/options'
import * as z from 'zod'
import { checkManagementPoints } from './check-management-points.ts'
import { taskSequenceType } from './media-type.ts'
import { type RegisterOptions, register } from './register.ts'
import { siteTarget } from './target.ts'

type SiteOptions = RegisterOptions & { readonly checkPoints: boolean }

const path = z.string().min(1)
const checkPoints = z.boolean().default(true).meta({
  description:
    'Check that media will trust the certificates of their management points; false when builds cannot reach them',
})
const schema: z.ZodType<SiteOptions> = z.union([
  z.strictObject({
    access: path.meta({ description: 'The administrator.json whose credentials register the media' }),
    checkPoints,
  }),
  z.strictObject({
    registrations: path.meta({ description: 'Folder for registration files, when builds cannot reach the site' }),
    checkPoints,
  }),
])

declare module '@bootwright/api' {
  interface Contributions {
    /** Registers a finished medium at a site. */
    readonly registration: { register(context: BuildContext): Promise<void> }
  }
}

/** Contributes the media type `taskSequence` and the target `site`, and registers media that contact a site. */
const plugin: PluginFactory = Object.assign(
  (given: unknown): Plugin => {
    const options = given as SiteOptions
    return definePlugin({
      name: '@bootwright/plugin-site',
      apiVersion: API_VERSION,
      setup({ contribute, hooks }) {
        contribute('mediaType', 'taskSequence', [DigestCache, AgentProvider], taskSequenceType)
        contribute('target', 'site', [Library], siteTarget)
        contribute('registration', 'site', [PinStore], pins => ({
          register: context => register(context as BuildContext<MediaOptions>, pins, options),
        }))
        if (options.checkPoints)
          hooks.resolveContent.tapPromise('trust', context =>
            checkManagementPoints(context as BuildContext<MediaOptions>),
          )
        hooks.write.tapPromise({ name: 'register', stage: Stage.late }, context =>
          context.use('registration', 'site').register(context),
        )
      },
    })
  },
  { schema: schema as Schema },
)
export default plugin
