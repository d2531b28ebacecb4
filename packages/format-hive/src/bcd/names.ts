/** Objects that every store knows by these ids (bcdedit /? ID). */
export const BCD_OBJECT = {
  bootManager: '9dea862c-5cdd-4e70-acc1-f32b344d4795',
  memoryDiagnostic: 'b2721d73-1db4-4c62-bf78-c548a880142d',
  globalSettings: '7ea2e1ac-2e61-4728-aaa3-896d9d0a9f0e',
  bootLoaderSettings: '6efb52bf-1766-41db-a6b3-0ee5eff72bd7',
  resumeLoaderSettings: '1afa9c49-16ab-4a5c-901b-212802da9460',
  hypervisorSettings: '7ff607e0-4395-11db-b0de-0800200c9a66',
  debuggerSettings: '4636856e-540f-4170-a130-a84776f4c654',
  emergencySettings: '0ce4991b-e6b3-4b16-b23c-5e0d9250e5d9',
  /** Ids that Windows' own media use for their loader and its RAM disk. */
  mediaLoader: '7619dcc9-fafe-11d9-b411-000476eba25f',
  mediaRamDisk: '7619dcc8-fafe-11d9-b411-000476eba25f',
} as const

/** What an object is: an application, settings that others inherit, or options of a device. */
export const BCD_TYPE = {
  bootManager: 0x10100002,
  osLoader: 0x10200003,
  resumeLoader: 0x10200004,
  memoryTester: 0x10200005,
  globalSettings: 0x20100000,
  loaderSettings: 0x20200003,
  resumeSettings: 0x20200004,
  deviceOptions: 0x30000000,
} as const

/** Elements by the number that is their key: class, format and what it is (Microsoft, BcdLibraryElementTypes and others). */
export const BCD_ELEMENT = {
  device: 0x11000001,
  path: 0x12000002,
  description: 0x12000004,
  locale: 0x12000005,
  inherit: 0x14000006,
  debuggerType: 0x15000011,
  debuggerPort: 0x15000013,
  debuggerBaudRate: 0x15000014,
  emergencyServices: 0x16000020,
  isolatedContext: 0x16000060,
  allowedInMemorySettings: 0x17000077,
  osDevice: 0x21000001,
  systemRoot: 0x22000002,
  /** Of the boot manager. Numbers of class 2 mean something else for each type of object. */
  default: 0x23000003,
  /** Of a loader. */
  loaderResumeObject: 0x23000003,
  /** Of the boot manager. */
  resumeObject: 0x23000006,
  displayOrder: 0x24000001,
  toolsDisplayOrder: 0x24000010,
  timeout: 0x25000004,
  executePrevention: 0x25000020,
  bootMenuPolicy: 0x250000c2,
  detectHal: 0x26000010,
  displayBootMenu: 0x26000020,
  isPe: 0x26000022,
  loaderEmergencyServices: 0x260000b0,
  ramDiskDevice: 0x31000003,
  ramDiskPath: 0x32000004,
} as const
