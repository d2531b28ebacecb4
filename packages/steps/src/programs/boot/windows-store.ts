import { guidFrom } from '@bootwright/format-disk'
import {
  BCD_ELEMENT,
  BCD_OBJECT,
  BCD_TYPE,
  type BcdDevice,
  type BcdObject,
  bcdObject,
  encodeBcd,
  inheritedObjects,
  memoryTest,
} from '@bootwright/format-hive'

export interface WindowsBoot {
  /** The EFI system partition, and the volume with Windows. */
  readonly boot: BcdDevice
  readonly windows: BcdDevice
  readonly description: string
  /** `fr-FR`. */
  readonly locale: string
  readonly date: Date
}

const SECONDS = 30n
const MENU_POLICY = 1n
/** NX_OPTIN, as bcdboot sets it. */
const EXECUTE_PREVENTION = 0n
/** allowedinmemorysettings: the setting 0x15000075. */
const IN_MEMORY_SETTINGS = Uint8Array.of(0x75, 0, 0, 0x15, 0, 0, 0, 0)

/** The store that bcdboot makes for one Windows that UEFI starts: boot manager, loader, resume, and the settings that they inherit. */
export function windowsBootStore({ boot, windows, description, locale, date }: WindowsBoot): Buffer {
  // Of the volumes, so that the same computer gets the same store.
  const loader = idOf('loader', boot, windows)
  const resume = idOf('resume', boot, windows)
  const store = new Map<string, BcdObject>([
    [
      BCD_OBJECT.bootManager,
      bcdObject(BCD_TYPE.bootManager, [
        [BCD_ELEMENT.device, boot],
        [BCD_ELEMENT.path, '\\EFI\\Microsoft\\Boot\\bootmgfw.efi'],
        [BCD_ELEMENT.description, 'Windows Boot Manager'],
        [BCD_ELEMENT.locale, locale],
        [BCD_ELEMENT.inherit, [BCD_OBJECT.globalSettings]],
        [BCD_ELEMENT.default, loader],
        [BCD_ELEMENT.resumeObject, resume],
        [BCD_ELEMENT.displayOrder, [loader]],
        [BCD_ELEMENT.timeout, SECONDS],
      ]),
    ],
    [
      loader,
      bcdObject(BCD_TYPE.osLoader, [
        [BCD_ELEMENT.device, windows],
        [BCD_ELEMENT.path, '\\Windows\\system32\\winload.efi'],
        [BCD_ELEMENT.description, description],
        [BCD_ELEMENT.locale, locale],
        [BCD_ELEMENT.inherit, [BCD_OBJECT.bootLoaderSettings]],
        [BCD_ELEMENT.isolatedContext, true],
        [BCD_ELEMENT.allowedInMemorySettings, IN_MEMORY_SETTINGS],
        [BCD_ELEMENT.osDevice, windows],
        [BCD_ELEMENT.systemRoot, '\\Windows'],
        [BCD_ELEMENT.loaderResumeObject, resume],
        [BCD_ELEMENT.executePrevention, EXECUTE_PREVENTION],
        [BCD_ELEMENT.bootMenuPolicy, MENU_POLICY],
      ]),
    ],
    [
      resume,
      bcdObject(BCD_TYPE.resumeLoader, [
        [BCD_ELEMENT.device, windows],
        [BCD_ELEMENT.path, '\\Windows\\system32\\winresume.efi'],
        [BCD_ELEMENT.description, 'Windows Resume Application'],
        [BCD_ELEMENT.locale, locale],
        [BCD_ELEMENT.inherit, [BCD_OBJECT.resumeLoaderSettings]],
        [BCD_ELEMENT.isolatedContext, true],
        [BCD_ELEMENT.allowedInMemorySettings, IN_MEMORY_SETTINGS],
        // Of this kind of object: the volume and the path of the file to resume from.
        [BCD_ELEMENT.osDevice, windows],
        [BCD_ELEMENT.systemRoot, '\\hiberfil.sys'],
      ]),
    ],
    [
      BCD_OBJECT.memoryDiagnostic,
      memoryTest([
        [BCD_ELEMENT.device, boot],
        [BCD_ELEMENT.path, '\\EFI\\Microsoft\\Boot\\memtest.efi'],
        [BCD_ELEMENT.locale, locale],
      ]),
    ],
    [
      BCD_OBJECT.resumeLoaderSettings,
      bcdObject(BCD_TYPE.resumeSettings, [[BCD_ELEMENT.inherit, [BCD_OBJECT.globalSettings]]]),
    ],
    ...inheritedObjects(),
  ])
  return encodeBcd(store, { date, fileName: '\\Boot\\BCD' })
}

const idOf = (what: string, ...devices: readonly BcdDevice[]): string =>
  guidFrom(JSON.stringify([what, ...devices])).toLowerCase()
