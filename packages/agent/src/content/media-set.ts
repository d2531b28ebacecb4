import { DESCRIPTOR_PATH, decodeDescriptor, decodeSet, SET_LIMIT, SET_PATH } from '@bootwright/medium-format'
import { AgentError, messageOf } from '../computer/errors.ts'
import { fileSystemsOf, SIGNATURE_LENGTH } from '../computer/file-system-signature.ts'
import type { BlockDevice, Volume } from '../computer/storage.ts'
import type { FoundMedium } from '../medium/find.ts'
import type { Computer } from '../ui/computer.ts'

const DESCRIPTOR_LIMIT = 64 * 1024
const ROUND_MILLISECONDS = 1000
/** How long to wait for the right medium. Seconds. */
const PATIENCE_SECONDS = 3600

/** Contents that are spread over several media. */
export interface MediaSet {
  /** Numbers of the media that contain the file, or its pieces in order; undefined when it is on none. */
  locate(path: string): readonly number[] | undefined
  /** Prompts for the medium and waits for it. The volumes of the previous medium are invalid then. */
  insert(number: number): Promise<void>
}

/** The volume of the medium that is currently in the drive. */
export interface CurrentVolume {
  volume: Volume
}

/** The set of a medium; undefined when it belongs to none. `current` holds the mounted volume and receives the next one. */
export async function openSet(
  computer: Computer,
  medium: FoundMedium,
  current: CurrentVolume,
): Promise<MediaSet | undefined> {
  const data = await current.volume.read(SET_PATH, SET_LIMIT)
  if (!data) return undefined
  const { files, count } = decodeSet(data)
  const { descriptor } = medium
  return {
    locate: path => (Object.hasOwn(files, path) ? files[path] : undefined),
    async insert(number) {
      const { report, clock } = computer
      await current.volume.unmount()
      report.print('info', 'insertMedium', { number, count, label: descriptor.label })
      report.printStatus(`bootwright: insert medium ${number}/${count}`)
      const refused = new Set<string>()
      for (let waited = 0; waited < PATIENCE_SECONDS; waited += 1) {
        const found = await look(computer, medium, number, refused)
        if (found) {
          current.volume = found
          report.print('info', 'mediumInserted', { number })
          return
        }
        await clock.sleep(ROUND_MILLISECONDS)
      }
      throw new AgentError(
        'MEDIUM_MISSING',
        `medium ${number} of ${count} was not inserted within an hour; start from the first medium again to resume the sequence`,
      )
    },
  }
}

/** The volume of the expected medium, once it is in a drive. A wrong medium is printed once. */
async function look(
  { storage, report }: Computer,
  { descriptor, device }: FoundMedium,
  expected: number,
  refused: Set<string>,
): Promise<Volume | undefined> {
  const isDrive = (each: BlockDevice): boolean => each.disk === device.disk || /^\/dev\/sr\d/.test(each.path)
  // The kernel notices another disc when the drive is opened.
  for (const each of (await storage.devices()).filter(isDrive))
    await storage.head(each, SIGNATURE_LENGTH).catch(() => undefined)
  for (const each of (await storage.devices()).filter(isDrive)) {
    const key = `${each.path} ${each.size} ${each.generation}`
    if (refused.has(key)) continue
    let volume: Volume | undefined
    try {
      const [fileSystem] = fileSystemsOf(await storage.head(each, SIGNATURE_LENGTH))
      if (!fileSystem) continue
      volume = await storage.mount(each, fileSystem)
      const [about, set] = [
        await volume.read(DESCRIPTOR_PATH, DESCRIPTOR_LIMIT),
        await volume.read(SET_PATH, SET_LIMIT),
      ]
      const number = set && decodeSet(set).number
      const isOurs = about !== undefined && decodeDescriptor(about).id === descriptor.id
      if (isOurs && number === expected) return volume
      report.print('warn', 'wrongMediumInserted', { number: isOurs ? number : undefined, expected })
      report.printStatus(`bootwright: wrong medium ${isOurs ? (number ?? 'unknown') : 'unknown'}`)
      refused.add(key)
    } catch (error) {
      report.log('info', 'a medium cannot be read', { device: each.path, error: messageOf(error) })
    }
    await volume?.unmount()
  }
  return undefined
}
