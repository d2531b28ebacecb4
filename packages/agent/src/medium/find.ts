import { DESCRIPTOR_PATH, type Descriptor, decodeDescriptor } from '@bootwright/medium'
import type { Clock } from '../clock.ts'
import { messageOf } from '../errors.ts'
import type { Report } from '../report.ts'
import { fileSystemsOf, SIGNATURE_LENGTH } from './signature.ts'
import type { BlockDevice, FileSystem, Storage } from './storage.ts'

/** Slow sticks behind hubs appear within half of this. */
const SEARCH_SECONDS = 60
const ROUND_SECONDS = 1
/** When people are told that the search goes on. */
const REASSURE_SECONDS = 10
/** Bytes: what `decodeDescriptor` accepts. A foreign stick may have a file of any size. */
const DESCRIPTOR_LIMIT = 64 * 1024

export interface FoundMedium {
  readonly device: string
  readonly fileSystem: FileSystem
  readonly descriptor: Descriptor
}

export interface Search {
  readonly storage: Storage
  readonly report: Report
  readonly clock: Clock
  /** The id that the boot loader handed over; any medium will do when there is none. */
  readonly id: string | undefined
}

/** Why a device is not the medium, once for each file system that was tried. */
interface Refusal {
  readonly reasons: readonly string[]
  /** It was read and is no medium, which stays so; what could not be read may be getting ready. */
  readonly isFinal: boolean
}

/** Looks at every device until the medium is mounted. Undefined after a minute; then what was looked at has been told. */
export async function findMedium(search: Search): Promise<FoundMedium | undefined> {
  const { storage, report, clock, id } = search
  report.tell('info', 'searching')
  const known = new Map<string, Refusal>()
  for (let waited = 0; ; waited += ROUND_SECONDS) {
    const looked: string[] = []
    for (const device of await storage.devices()) {
      const key = `${device.path} ${device.size} ${device.generation}`
      const result = known.get(key) ?? (await look(search, device))
      if ('descriptor' in result) return result
      if (result.isFinal) known.set(key, result)
      looked.push(...result.reasons.map(reason => `${device.path}, ${sizeText(device.size)}: ${reason}`))
    }
    if (waited >= SEARCH_SECONDS) {
      const all = looked.length > 0 ? looked : [report.messages().noDevices()]
      report.tell('error', 'mediumNotFound', { seconds: waited, id, looked: all })
      return undefined
    }
    if (waited === REASSURE_SECONDS) report.tell('info', 'stillSearching', { seconds: SEARCH_SECONDS - waited })
    await clock.sleep(ROUND_SECONDS * 1000)
  }
}

async function look(search: Search, device: BlockDevice): Promise<FoundMedium | Refusal> {
  const messages = search.report.messages()
  let fileSystems: readonly FileSystem[]
  try {
    fileSystems = fileSystemsOf(await search.storage.head(device, SIGNATURE_LENGTH))
  } catch (error) {
    return { reasons: [messages.deviceReading({ error: messageOf(error) })], isFinal: false }
  }
  if (fileSystems.length === 0) return { reasons: [messages.noFileSystem()], isFinal: true }
  const refusals: Refusal[] = []
  for (const fileSystem of fileSystems) {
    const result = await tryMount(search, device, fileSystem)
    if ('descriptor' in result) return result
    refusals.push(result)
  }
  return { reasons: refusals.flatMap(each => each.reasons), isFinal: refusals.every(each => each.isFinal) }
}

async function tryMount(
  { storage, report, id }: Search,
  device: BlockDevice,
  fileSystem: FileSystem,
): Promise<FoundMedium | Refusal> {
  const messages = report.messages()
  const refuse = (reason: string, isFinal: boolean): Refusal => ({ reasons: [reason], isFinal })
  try {
    await storage.mount(device, fileSystem)
  } catch (error) {
    return refuse(messages.mountFailed({ fileSystem, error: messageOf(error) }), false)
  }
  let refusal: Refusal
  try {
    const data = await storage.read(DESCRIPTOR_PATH, DESCRIPTOR_LIMIT)
    const descriptor = data && decodeDescriptor(data)
    if (descriptor && (id === undefined || descriptor.id.toLowerCase() === id.toLowerCase()))
      return { device: device.path, fileSystem, descriptor }
    refusal = descriptor
      ? refuse(messages.otherMedium({ fileSystem, id: descriptor.id }), true)
      : refuse(messages.noDescriptor({ fileSystem }), true)
  } catch (error) {
    refusal = refuse(messages.badDescriptor({ fileSystem, error: messageOf(error) }), false)
  }
  await storage.unmount()
  return refusal
}

const sizeText = (size: number): string =>
  size >= 1e9 ? `${(size / 1e9).toFixed(1)} GB` : `${Math.ceil(size / 1e6)} MB`
