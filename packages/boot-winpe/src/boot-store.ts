import {
  BCD_ELEMENT,
  BCD_OBJECT,
  BCD_TYPE,
  type BcdStore,
  type BcdValue,
  bcdObject,
  encodeBcd,
  inheritedObjects,
  memoryTest,
} from '@bootwright/format-hive'

export interface BootStoreOptions {
  readonly firmware: 'bios' | 'uefi'
  readonly description: string
  readonly date: Date
  /** Whether the medium has the memory test. */
  readonly hasMemoryTest: boolean
}

/** Where Windows PE has its loader, for each firmware. */
export const FIRMWARE_LOADERS = {
  bios: '\\windows\\system32\\boot\\winload.exe',
  uefi: '\\windows\\system32\\boot\\winload.efi',
} as const
/** Paths of Windows, for each firmware. */
const PATHS = {
  bios: { loader: FIRMWARE_LOADERS.bios, memoryTest: '\\boot\\memtest.exe' },
  uefi: { loader: FIRMWARE_LOADERS.uefi, memoryTest: '\\efi\\microsoft\\boot\\memtest.efi' },
} as const
const BOOT_WIM = '\\sources\\boot.wim'
const RAM_DISK = '\\boot\\boot.sdi'
const LOCALE = 'en-US'
/** Of a menu that appears only when there is more to choose from. Seconds. */
const TIMEOUT = 30n
/** Of the menu: 1 is the one with pictures. */
const MENU_POLICY = 1n

/**
 * The boot configuration of Windows' own media, in what it says: the boot manager loads boot.wim into memory, with boot.sdi as its disk, from the
 * device that it was started from.
 */
export function bootStore({ firmware, description, date, hasMemoryTest }: BootStoreOptions): Buffer {
  const paths = PATHS[firmware]
  const ramDisk: BcdValue = {
    kind: 'ramdisk',
    from: { kind: 'boot' },
    path: BOOT_WIM,
    options: BCD_OBJECT.mediaRamDisk,
  }
  const store: BcdStore = new Map([
    [
      BCD_OBJECT.bootManager,
      bcdObject(BCD_TYPE.bootManager, [
        [BCD_ELEMENT.description, 'Windows Boot Manager'],
        [BCD_ELEMENT.locale, LOCALE],
        [BCD_ELEMENT.inherit, [BCD_OBJECT.globalSettings]],
        [BCD_ELEMENT.default, BCD_OBJECT.mediaLoader],
        [BCD_ELEMENT.displayOrder, [BCD_OBJECT.mediaLoader]],
        ...(hasMemoryTest ? [[BCD_ELEMENT.toolsDisplayOrder, [BCD_OBJECT.memoryDiagnostic]] as const] : []),
        [BCD_ELEMENT.timeout, TIMEOUT],
      ]),
    ],
    [
      BCD_OBJECT.mediaLoader,
      bcdObject(BCD_TYPE.osLoader, [
        [BCD_ELEMENT.device, ramDisk],
        [BCD_ELEMENT.path, paths.loader],
        [BCD_ELEMENT.description, description],
        [BCD_ELEMENT.locale, LOCALE],
        [BCD_ELEMENT.inherit, [BCD_OBJECT.bootLoaderSettings]],
        [BCD_ELEMENT.isolatedContext, true],
        [BCD_ELEMENT.osDevice, ramDisk],
        [BCD_ELEMENT.systemRoot, '\\windows'],
        [BCD_ELEMENT.bootMenuPolicy, MENU_POLICY],
        [BCD_ELEMENT.detectHal, true],
        [BCD_ELEMENT.isPe, true],
        [BCD_ELEMENT.loaderEmergencyServices, false],
      ]),
    ],
    [
      BCD_OBJECT.mediaRamDisk,
      bcdObject(BCD_TYPE.deviceOptions, [
        [BCD_ELEMENT.ramDiskDevice, { kind: 'boot' }],
        [BCD_ELEMENT.ramDiskPath, RAM_DISK],
      ]),
    ],
    ...(hasMemoryTest
      ? [
          [
            BCD_OBJECT.memoryDiagnostic,
            memoryTest([
              [BCD_ELEMENT.device, { kind: 'boot' }],
              [BCD_ELEMENT.path, paths.memoryTest],
              [BCD_ELEMENT.locale, LOCALE],
            ]),
          ] as const,
        ]
      : []),
    ...inheritedObjects(),
  ])
  return encodeBcd(store, { date, fileName: '\\Boot\\BCD' })
}
