import type { BuildContext } from '@bootwright/api'

const VISIBLE: Readonly<Record<keyof BuildContext, true>> = {
  medium: true,
  site: true,
  folder: true,
  tree: true,
  date: true,
  bootImage: true,
  boot: true,
  images: true,
  written: true,
  now: true,
  signal: true,
  progress: true,
  log: true,
  use: true,
  names: true,
  secret: true,
  content: true,
}

/**
 * The context as one plugin sees it: live, with `own` in place of the kernel's members, nothing beyond the contract, and read-only. A plugin
 * that assigns to it fails instead of being ignored.
 */
export function viewOf<Options>(
  context: BuildContext<Options>,
  own: Pick<BuildContext, 'log' | 'progress'>,
): BuildContext<Options> {
  const names = Object.keys(VISIBLE) as (keyof BuildContext)[]
  const properties = names.map(name => [name, { enumerable: true, get: () => context[name] }])
  const owned = Object.entries(own).map(([name, value]) => [name, { enumerable: true, value }])
  const view = Object.defineProperties({}, Object.fromEntries([...properties, ...owned]))
  return Object.freeze(view) as BuildContext<Options>
}
