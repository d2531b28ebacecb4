import type { Plugin } from '@bootwright/api'

/** Plugins that read images. */
export async function readerPlugins(): Promise<readonly Plugin[]> {
  const plugins = await Promise.all([
    import('@bootwright/target-iso'),
    import('@bootwright/target-usb'),
    import('@bootwright/target-wim'),
  ])
  return plugins.map(({ default: plugin }) => plugin)
}
