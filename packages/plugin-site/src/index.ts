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
import { checkPoints } from './check-management-points.ts'
import { taskSequenceType } from './media-type.ts'
import { type RegisterOptions, register } from './register.ts'
import { siteTarget } from './target.ts'

type SiteOptions = RegisterOptions & { readonly checkPoints: boolean }

const path = z.string().min(1)
const checked = z
  .boolean()
  .default(true)
  .meta({ description: 'Ask management points whether the media will trust them; false where none is reached' })
const schema: z.ZodType<SiteOptions> = z.union([
  z.strictObject({
    access: path.meta({ description: 'Media are registered by this administrator.json' }),
    checkPoints: checked,
  }),
  z.strictObject({
    registrations: path.meta({ description: 'Folder of files to hand in, when the site is not reached' }),
    checkPoints: checked,
  }),
])

declare module '@bootwright/api' {
  interface Contributions {
    /** Tells a site of a medium that was written. */
    readonly registration: { register(context: BuildContext): Promise<void> }
  }
}

/** Contributes the media type `taskSequence` and the target `site`; registers media that contact a site. */
const plugin: PluginFactory = Object.assign(
  (given: unknown): Plugin => {
    const options = given as SiteOptions
    return definePlugin({
      name: '@bootwright/plugin-site',
      apiVersion: API_VERSION,
      setup({ contribute, hooks }) {
        contribute('mediaType', 'taskSequence', [DigestCache, AgentProvider], taskSequenceType)
        contribute('target', 'site', [Library], siteTarget)
        contribute('registration', 'site', [PinStore], keeper => ({
          register: context => register(context as BuildContext<MediaOptions>, keeper, options),
        }))
        if (options.checkPoints)
          hooks.resolveContent.tapPromise('trust', context => checkPoints(context as BuildContext<MediaOptions>))
        hooks.write.tapPromise({ name: 'register', stage: Stage.late }, context =>
          context.use('registration', 'site').register(context),
        )
      },
    })
  },
  { schema: schema as Schema },
)
export default plugin
