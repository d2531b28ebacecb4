import { createHash } from 'node:crypto'
import {
  DESCRIPTOR_PATH,
  type Descriptor,
  decodeDescriptor,
  encodeManifest,
  type Manifest,
  type Trust,
} from '@bootwright/medium-format'
import type { Clock } from '../computer/clock.ts'
import { messageOf } from '../computer/errors.ts'
import { fileSystemsOf, SIGNATURE_LENGTH } from '../computer/file-system-signature.ts'
import type { BlockDevice, FileSystem, Storage, Volume } from '../computer/storage.ts'
import type { Report } from '../ui/report.ts'
import { type MediumFiles, mediumFiles } from './files.ts'
import { decideTrust, type TrustDecision } from './trust.ts'

/** Slow sticks behind hubs appear within half of this. */
const SEARCH_SECONDS = 60
const ROUND_SECONDS = 1
/** When people are told that the search goes on. */
const REMINDER_SECONDS = 10
/** Bytes: what `decodeDescriptor` accepts. A foreign stick may have a file of any size. */
const DESCRIPTOR_LIMIT = 64 * 1024

export interface FoundMedium {
  readonly device: BlockDevice
  readonly fileSystem: FileSystem
  readonly descriptor: Descriptor
  readonly volume: Volume
  /** What is on the medium; nothing when it says nothing of it. */
  readonly manifest: Manifest | undefined
  /** Those of the volume, each as the manifest says. */
  readonly files: MediumFiles
  /** Who signed it and is trusted. */
  readonly signer: string | undefined
  readonly serial: number
  /** The same for two that hold the same: a disk, and the partition of it that covers it, too. */
  readonly identity: string
}

export interface MediumSearch {
  readonly storage: Storage
  readonly report: Report
  readonly clock: Clock
  /** The id that the boot loader handed over; any medium will do when there is none. */
  readonly id: string | undefined
  readonly trust: Trust
}

/** A medium that is not mounted: it may not be the best of those that are there. */
type Candidate = Omit<FoundMedium, 'volume' | 'files'>

/** Why a device is not the medium, once for each file system that was tried. */
interface Rejection {
  readonly reasons: readonly string[]
  /** It was read and is no medium, which stays so; what could not be read may be getting ready. */
  readonly isFinal: boolean
}

/**
 * Looks at every device until the medium is there, and mounts it. Undefined after a minute, or when there are two and neither is to be
 * preferred; then that has been told.
 */
export async function findMedium(search: MediumSearch): Promise<FoundMedium | undefined> {
  const { storage, report, clock, id } = search
  report.print('info', 'searchingMedium')
  const known = new Map<string, Rejection>()
  for (let waited = 0; ; waited += ROUND_SECONDS) {
    const searched: string[] = []
    const found: Candidate[] = []
    for (const device of await storage.devices()) {
      const key = `${device.path} ${device.size} ${device.generation}`
      const result = known.get(key) ?? (await examineDevice(search, device))
      if ('descriptor' in result) found.push(result)
      else {
        if (result.isFinal) known.set(key, result)
        searched.push(...result.reasons.map(reason => `${device.path}, ${sizeText(device.size)}: ${reason}`))
      }
    }
    if (found.length > 0) return await mountBest(search, found)
    if (waited >= SEARCH_SECONDS) {
      const all = searched.length > 0 ? searched : [report.messages().noDevices()]
      report.print('error', 'mediumNotFound', { seconds: waited, id, searched: all })
      return undefined
    }
    if (waited === REMINDER_SECONDS) report.print('info', 'stillSearching', { seconds: SEARCH_SECONDS - waited })
    await clock.sleep(ROUND_SECONDS * 1000)
  }
}

/** A signed medium goes before one without a signature, and a later issue before an earlier one. */
async function mountBest(
  { storage, report }: MediumSearch,
  found: readonly Candidate[],
): Promise<FoundMedium | undefined> {
  const signed = found.filter(({ signer }) => signer !== undefined)
  const latest = Math.max(...signed.map(({ serial }) => serial))
  const best = signed.length > 0 ? signed.filter(({ serial }) => serial === latest) : found
  const [first] = best
  if (new Set(best.map(({ identity }) => identity)).size > 1) {
    report.print('error', 'mediumAmbiguous', { devices: best.map(({ device }) => device.path) })
    return undefined
  }
  const { device, fileSystem, manifest } = first!
  const volume = await storage.mount(device, fileSystem)
  return { ...first!, volume, files: mediumFiles(volume, manifest) }
}

async function examineDevice(search: MediumSearch, device: BlockDevice): Promise<Candidate | Rejection> {
  const messages = search.report.messages()
  let fileSystems: readonly FileSystem[]
  try {
    fileSystems = fileSystemsOf(await search.storage.head(device, SIGNATURE_LENGTH))
  } catch (error) {
    return { reasons: [messages.deviceUnreadable({ error: messageOf(error) })], isFinal: false }
  }
  if (fileSystems.length === 0) return { reasons: [messages.noFileSystem()], isFinal: true }
  const refusals: Rejection[] = []
  for (const fileSystem of fileSystems) {
    const result = await tryMount(search, device, fileSystem)
    if ('descriptor' in result) return result
    refusals.push(result)
  }
  return { reasons: refusals.flatMap(each => each.reasons), isFinal: refusals.every(each => each.isFinal) }
}

async function tryMount(
  search: MediumSearch,
  device: BlockDevice,
  fileSystem: FileSystem,
): Promise<Candidate | Rejection> {
  const { storage } = search
  const messages = search.report.messages()
  let volume: Volume
  try {
    volume = await storage.mount(device, fileSystem)
  } catch (error) {
    return reject(messages.mountFailed({ fileSystem, error: messageOf(error) }), false)
  }
  try {
    return await examineVolume(search, volume, device, fileSystem)
  } catch (error) {
    return reject(messages.descriptorInvalid({ fileSystem, error: messageOf(error) }), false)
  } finally {
    await volume.unmount()
  }
}

/** What is mounted. Only a medium with the right id is examined further, and named when it does not run. */
async function examineVolume(
  { report, id, trust }: MediumSearch,
  volume: Volume,
  device: BlockDevice,
  fileSystem: FileSystem,
): Promise<Candidate | Rejection> {
  const messages = report.messages()
  const data = await volume.read(DESCRIPTOR_PATH, DESCRIPTOR_LIMIT)
  if (!data) return reject(messages.noDescriptor({ fileSystem }), true)
  const descriptor = decodeDescriptor(data)
  if (id !== undefined && descriptor.id.toLowerCase() !== id.toLowerCase())
    return reject(messages.otherMedium({ fileSystem, id: descriptor.id }), true)
  const { manifest, signer, fault } = await decideTrust(volume, trust).catch(distrusted)
  const files = mediumFiles(volume, manifest)
  const reason = fault ?? (await files.read(DESCRIPTOR_PATH, DESCRIPTOR_LIMIT).then(() => undefined, messageOf))
  if (reason === undefined) {
    const identity = createHash('sha256')
      .update(manifest ? encodeManifest(manifest) : data)
      .digest('hex')
    return { device, fileSystem, descriptor, manifest, signer, serial: manifest?.serial ?? 0, identity }
  }
  report.print('error', 'mediumNotTrusted', { device: device.path, error: reason })
  return reject(messages.notTrusted({ fileSystem, error: reason }), true)
}

const distrusted = (error: unknown): TrustDecision => ({ fault: messageOf(error) })
const reject = (reason: string, isFinal: boolean): Rejection => ({ reasons: [reason], isFinal })

const sizeText = (size: number): string =>
  size >= 1e9 ? `${(size / 1e9).toFixed(1)} GB` : `${Math.ceil(size / 1e6)} MB`
