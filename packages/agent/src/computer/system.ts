import type { ComputerDisk, RunEnvironment } from '@bootwright/api'
import type { Facts } from '@bootwright/task-sequence/run'
import type { NetworkSettings } from './network/settings.ts'

/** The functions of the running system that a deployment needs, besides storage and programs. */
export interface System {
  /** The identity of the computer from firmware and kernel. */
  identity(): Promise<Identity>
  /** Facts for conditions that exist on Windows only. */
  readonly windowsFacts: Pick<Facts, 'registry' | 'wmi'> & {
    /** The version resource of a program; undefined when it has none. */
    fileVersion(path: string): Promise<string | undefined>
  }
  /** Writable disks, without the disk of the medium. */
  disks(medium: string | undefined): Promise<readonly ComputerDisk[]>
  /** Path of the device of a volume (`PARTUUID=…`, or the path itself). Throws when there is none. */
  deviceOf(volume: string): Promise<string>
  /** Mounts a volume for writing and returns the mount point, the same one each time. Throws the error of the system. */
  mount(volume: string): Promise<string>
  /** Flushes and unmounts a volume, if it is mounted. */
  unmount(volume: string): Promise<void>
  unmountAll(): Promise<void>
  /** Settings for the next {@link connect}. */
  useNetwork(settings: NetworkSettings): void
  /** Connects to a network, unless connected. Throws {@link AgentError} `NETWORK_MISSING`. */
  connect(): Promise<void>
  setClock(time: Date): Promise<void>
  /** Presents a virtual file to programs until {@link unmountAll} and returns its path; undefined where the system cannot. */
  present(file: VirtualFile): Promise<string | undefined>
  /** Waits until all written data is on the disks. */
  flush(): Promise<void>
  /** Unmounts the volumes of a disk. */
  unmountDisk(path: string): Promise<void>
  /** Whether a volume is on a disk. */
  isVolumeOnDisk(volume: string, disk: string): Promise<boolean>
  /**
   * Volumes that contain the file `path`, with a stable name of the volume and the content of the file. The disk of the medium is left out.
   */
  searchVolumes(path: string, medium: string | undefined): Promise<readonly FoundVolume[]>
  /** Copies agent and runtime into `folder`, below the root of an installed system, and registers them to start with that system. */
  installRuntime(root: string, folder: string): Promise<void>
  /** Reverts {@link installRuntime}, from within the installed system. */
  removeRuntime(folder: string): Promise<void>
  /** Selects the boot image, or the system on `volume`, for the next start; works around firmware without that setting. */
  startNext(into: RunEnvironment, volume: string | undefined): Promise<void>
}

/** A file whose content is produced while it is read. */
export interface VirtualFile {
  readonly name: string
  /** Bytes. */
  readonly size: number
  /** Returns fewer bytes only at the end. */
  read(offset: number, length: number): Promise<Uint8Array>
  /** Reports why a read failed; the reading program only sees an I/O error. */
  onError(error: unknown): void
}

export interface FoundVolume {
  readonly volume: string
  readonly content: Uint8Array
}

/** The identity of a computer (SMBIOS); an empty text for each missing value. */
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
