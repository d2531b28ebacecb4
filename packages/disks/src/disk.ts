/** A whole disk as its system describes it. Texts have no control characters: they come from the device. */
export interface Disk {
  /** `/dev/sdb`, `/dev/disk4`, `\\.\PhysicalDrive1`. */
  readonly path: string
  /** Empty when the device says nothing. */
  readonly model: string
  readonly serial: string
  /** Bytes. */
  readonly size: number
  /** `usb`, `nvme`, `sata`, `mmc`, `virtio`, `loop`; empty when it is not known. */
  readonly transport: string
  readonly isRemovable: boolean
  readonly isReadOnly: boolean
  readonly partitions: readonly Partition[]
  /** Of the disk itself and of its partitions. */
  readonly uses: readonly Use[]
  /** Changes when another disk is at the path: what was shown to people must be what is written to. */
  readonly identity: string
  /** What could not be found out; then nobody can say that nothing speaks against writing. */
  readonly unknown: readonly string[]
}
export interface Partition {
  readonly path: string
  /** Bytes. */
  readonly offset: number
  readonly size: number
  /** What the system has found on it: `vfat`, `LVM2_member`; empty when it is not known. */
  readonly content: string
}

export type Use =
  | {
      readonly kind: 'mount'
      readonly device: string
      readonly at: string /** What ends it. */
      readonly release: string
    }
  | { readonly kind: 'swap'; readonly device: string; readonly release: string }
  /** Another device is made of it: `dm-0`, `md127`. */
  | {
      readonly kind: 'holder'
      readonly device: string
      readonly by: string
      readonly what: 'LVM' | 'RAID' | 'encryption' | 'another device'
    }
  /** It belongs to a group of disks that is not assembled now. */
  | { readonly kind: 'member'; readonly device: string; readonly of: string }
  /** The running system is on it. */
  | { readonly kind: 'system'; readonly at: string }
