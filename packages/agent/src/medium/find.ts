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

/** Slow USB drives behind hubs appear within half of this. */
const SEARCH_SECONDS = 60
const ROUND_SECONDS = 1
/** When a message says that the search continues. */
const REMINDER_SECONDS = 10
/** Bytes: the limit of `decodeDescriptor`. Other USB drives may contain a file of any size. */
const DESCRIPTOR_LIMIT = 64 * 1024

export interface FoundMedium {
  readonly device: BlockDevice
  readonly fileSystem: FileSystem
  readonly descriptor: Descriptor
  readonly volume: Volume
  /** Undefined for a medium without a manifest. */
  readonly manifest: Manifest | undefined
  /** Files of the volume, verified against the manifest. */
  readonly files: MediumFiles
  /** The trusted signer. */
  readonly signer: string | undefined
  readonly serial: number
  /** Equal for media with equal contents, such as a disk and the partition that covers it. */
  readonly identity: string
}

export interface MediumSearch {
  readonly storage: Storage
  readonly report: Report
  readonly clock: Clock
  /** The id that the boot loader passed; without an id, any medium is accepted. */
  readonly id: string | undefined
  readonly trust: Trust
}

/** An unmounted medium: another one may take precedence. */
type Candidate = Omit<FoundMedium, 'volume' | 'files'>

/** Why a device is not the medium; one reason for each file system. */
interface Rejection {
  readonly reasons: readonly string[]
  /** Whether the device was read; a device that cannot be read may become ready. */
  readonly isFinal: boolean
}

/**
 * Searches all devices until the medium appears, and mounts it. Undefined after a minute, or when there are several and none takes
 * precedence; the reason has been printed then.
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

/** A signed medium takes precedence over an unsigned one, and a higher serial over a lower one. */
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

/** Examines a mounted volume. A medium with the right id that is not trusted is printed. */
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
