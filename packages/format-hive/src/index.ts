export type { BcdDevice } from './bcd/device.ts'
export { bcdObject, inheritedObjects, memoryTest } from './bcd/inherited.ts'
export { BCD_ELEMENT, BCD_OBJECT, BCD_TYPE } from './bcd/names.ts'
export { type BcdObject, type BcdStore, type BcdValue, decodeBcd, encodeBcd } from './bcd/store.ts'
export { decodeHive } from './decode-hive.ts'
export { encodeHive, type HiveOptions } from './encode-hive.ts'
export { HiveError, type HiveErrorCode, type HiveStructure } from './error.ts'
export {
  binaryValue,
  dwordValue,
  type HiveKey,
  type HiveValue,
  keyAt,
  multiStringValue,
  stringValue,
  textOf,
  textsOf,
  VALUE_TYPE,
  valueNamed,
  withValue,
} from './hive.ts'
