/** A volume in the output of `mountvol`. */
export interface WindowsVolume {
  /** `\\?\Volume{2eca078d-5cbc-43d3-aff8-7e8511f60d0e}\`: every volume has one. */
  readonly name: string
  /** Mount points, shortest first: `D:\`. */
  readonly mountPoints: readonly string[]
}

const NAME = /^\\\\\?\\Volume\{[0-9a-f-]+\}\\$/i
const MOUNT_POINT = /^[A-Z]:\\.*$/i

/** Parses the output of `mountvol` without arguments. Sentences are localized; names and paths are not. */
export function parseVolumes(text: string): readonly WindowsVolume[] {
  const volumes: { name: string; mountPoints: string[] }[] = []
  for (const line of text.split(/\r?\n/).map(each => each.trim())) {
    if (NAME.test(line)) volumes.push({ name: line, mountPoints: [] })
    else if (MOUNT_POINT.test(line)) volumes.at(-1)?.mountPoints.push(line)
  }
  for (const { mountPoints } of volumes) mountPoints.sort((a, b) => a.length - b.length)
  return volumes
}
