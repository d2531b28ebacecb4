import type { ComputerDisk, RunEnvironment } from '@bootwright/api'
import type { Facts } from '@bootwright/task-sequence/run'
import type { NetworkSettings } from './network/settings.ts'

/** What deploying a system needs of the one that runs, beside looking at media. */
export interface System {
  /** What the firmware says of the computer, and what the kernel does. */
  identity(): Promise<Identity>
  /** What conditions ask about: of Windows, which other systems have not. */
  readonly windowsFacts: Pick<Facts, 'registry' | 'wmi'> & {
    /** Of a program; undefined when it says none. */
    fileVersion(path: string): Promise<string | undefined>
  }
  /** Disks that can be written, without those that the medium is on. */
  disks(medium: string | undefined): Promise<readonly ComputerDisk[]>
  /** Path of the device behind a volume's name (`PARTUUID=…`, or the path itself). Throws when there is none. */
  deviceOf(volume: string): Promise<string>
  /** Mounts a volume, writable, and returns where. The same one again gives the same place. Throws what the system says. */
  mount(volume: string): Promise<string>
  /** Writes what is still to be written and unmounts, when it is mounted. */
  unmount(volume: string): Promise<void>
  unmountAll(): Promise<void>
  /** How {@link connect} does it from now on. */
  useNetwork(settings: NetworkSettings): void
  /** Reaches a network, when that was not done before. Throws {@link AgentError} `NETWORK_MISSING` when there is none. */
  connect(): Promise<void>
  setClock(time: Date): Promise<void>
  /** Shows programs a file that is made while it is read, until {@link unmountAll}. Undefined where the system has no such thing. */
  present(file: VirtualFile): Promise<string | undefined>
  /** Waits until everything that was written is on the disks. */
  flush(): Promise<void>
  /** Unmounts the volumes of a disk. */
  unmountDisk(path: string): Promise<void>
  /** Whether a volume is on a disk. */
  isVolumeOnDisk(volume: string, disk: string): Promise<boolean>
  /** Volumes on which a sequence may have left its state: a name that stays, and the file below the root that says so, if it is there. */
  searchVolumes(path: string, medium: string | undefined): Promise<readonly FoundVolume[]>
  /** Puts the engine's own program and its runtime into `folder`, which is below the root of an installed system, and has that system start it. */
  installRuntime(root: string, folder: string): Promise<void>
  /** Takes away what {@link installRuntime} did, from within the system. */
  removeRuntime(folder: string): Promise<void>
  /** Has the boot image, or the system on `volume`, start when the computer restarts; firmware that cannot be told is gone around. */
  startNext(into: RunEnvironment, volume: string | undefined): Promise<void>
}

/** A file that is on no volume. */
export interface VirtualFile {
  readonly name: string
  /** Bytes. */
  readonly size: number
  /** Fewer bytes only at the end. */
  read(offset: number, length: number): Promise<Uint8Array>
  /** Reading failed, which the program that reads only sees as an error of input and output. */
  onError(error: unknown): void
}

export interface FoundVolume {
  readonly volume: string
  readonly content: Uint8Array
}

/** As firmware describes a computer (SMBIOS); empty texts for what it does not say. */
export interface Identity {
  readonly make: string
  readonly model: string
  readonly serialNumber: string
  readonly assetTag: string
  readonly uuid: string
  /** MiB. */
  readonly memory: number
  readonly architecture: 'x64' | 'arm64'
  readonly macAddresses: readonly string[]
  readonly ipAddresses: readonly string[]
  readonly defaultGateways: readonly string[]
}
