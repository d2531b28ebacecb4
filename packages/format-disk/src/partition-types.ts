/** UEFI 2.10, table 5.7: where firmware looks for boot loaders. */
export const EFI_SYSTEM_PARTITION: string = 'C12A7328-F81F-11D2-BA4B-00A0C93EC93B'
/** Microsoft: a volume with FAT, NTFS or exFAT. */
export const BASIC_DATA_PARTITION: string = 'EBD0A0A2-B9E5-4433-87C0-68B6B72699C7'
/** Microsoft: space reserved for the system, without a file system. */
export const MICROSOFT_RESERVED_PARTITION: string = 'E3C9E316-0B5C-4DB8-817D-F92DF00215AE'
/** Microsoft: the recovery environment. */
export const WINDOWS_RECOVERY_PARTITION: string = 'DE94BBA4-06D1-4D40-A16A-BFD50179D6AC'
/** The Discoverable Partitions Specification: a Linux file system of no special purpose. */
export const LINUX_FILESYSTEM: string = '0FC63DAF-8483-4772-8E79-3D69D8477DE4'
/** GNU GRUB: raw space for its core image on a GPT disk that BIOS starts. */
export const BIOS_BOOT_PARTITION: string = '21686148-6449-6E6F-744E-656564454649'

/** MBR partition types (UEFI 2.10 5.2 names the last two). */
export const MBR_TYPE = {
  empty: 0x00,
  fat12: 0x01,
  ntfsOrExfat: 0x07,
  fat32: 0x0c,
  fat16: 0x0e,
  linux: 0x83,
  gptProtective: 0xee,
  efiSystem: 0xef,
} as const
