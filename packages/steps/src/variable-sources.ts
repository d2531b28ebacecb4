/** What a rule may ask of the computer, with the variable that has the answer. */
export const VARIABLE_SOURCES = {
  make: '_SMSTSMake',
  model: '_SMSTSModel',
  serialNumber: '_SMSTSSerialNumber',
  assetTag: '_SMSTSAssetTag',
  uuid: '_SMSTSUUID',
  macAddress: '_SMSTSMacAddresses',
  ipAddress: '_SMSTSIPAddresses',
  defaultGateway: '_SMSTSDefaultGateways',
} as const
export type VariableSource = keyof typeof VARIABLE_SOURCES
