import type { MediumBuild } from './medium-build.ts'

/** Calls the media type's method for a phase, if it has one. */
export const callMediaType =
  (phase: 'resolveContent' | 'prestart' | 'package') =>
  (build: MediumBuild): Promise<void> =>
    build.run.kernel.call('mediaType', build.medium.type, phase, (mediaType, plugin) =>
      mediaType[phase]?.(build.run.kernel.scope(build, plugin)),
    )
