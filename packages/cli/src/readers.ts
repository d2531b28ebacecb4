import type { VerifyOptions } from '@bootwright/core'

/** Plugins that know the carriers of images. */
export async function carrierPlugins(): Promise<VerifyOptions['plugins']> {
  const plugins = await Promise.all([
    import('@bootwright/target-iso'),
    import('@bootwright/target-usb'),
    import('@bootwright/target-wim'),
  ])
  return plugins.map(({ default: plugin }) => plugin)
}
