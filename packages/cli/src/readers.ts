import type { Plugin } from '@bootwright/api'

/** Plugins that know the carriers of images. */
export async function carrierPlugins(): Promise<readonly Plugin[]> {
  const plugins = await Promise.all([
    import('@bootwright/target-iso'),
    import('@bootwright/target-usb'),
    import('@bootwright/target-wim'),
  ])
  return plugins.map(({ default: plugin }) => plugin)
}
