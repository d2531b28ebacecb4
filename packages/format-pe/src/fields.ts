/** PE format specification, "MS-DOS Stub": where the PE signature is. */
export const DOS = { magic: 0x5a4d, peOffset: 0x3c, size: 0x40 } as const
/** "COFF File Header", from the signature on. */
export const COFF = {
  signature: 0x4550,
  machine: 4,
  sections: 6,
  symbols: 12,
  symbolCount: 16,
  optionalSize: 20,
  size: 24,
} as const
/** "Optional Header", from its start on. The last two differ between PE32 and PE32+. */
export const OPTIONAL = {
  magic: 0,
  initializedData: 8,
  sectionAlignment: 32,
  fileAlignment: 36,
  imageSize: 56,
  headersSize: 60,
  checksum: 64,
  subsystem: 68,
} as const
export const PE32 = { magic: 0x10b, directoryCount: 92, directories: 96 } as const
export const PE32_PLUS = { magic: 0x20b, directoryCount: 108, directories: 112 } as const
export const DIRECTORY_SIZE = 8
/** "Optional Header Data Directories": the only one whose address is an offset in the file. */
export const CERTIFICATE_DIRECTORY = 4
/** "Section Table". */
export const SECTION = {
  name: 0,
  virtualSize: 8,
  virtualAddress: 12,
  rawSize: 16,
  rawOffset: 20,
  flags: 36,
  size: 40,
} as const
/** IMAGE_SCN_CNT_INITIALIZED_DATA and IMAGE_SCN_MEM_READ. */
export const READ_ONLY_DATA = 0x40000040
/** "The Attribute Certificate Table": revision 2.0, PKCS#7 SignedData; entries begin at multiples of 8. */
export const CERTIFICATE = { revision: 0x0200, pkcs7: 0x0002, headerSize: 8, alignment: 8 } as const
/** "Machine Types". */
export const MACHINES: Readonly<Record<number, string>> = { 34404: 'x64', 43620: 'arm64', 332: 'x86' }
