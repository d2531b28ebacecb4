import { type Convert, environmentName, type SourceStep, source } from './source-step.ts'

const text = (step: SourceStep, ...names: readonly string[]): string | undefined =>
  names.map(step.value).find(each => each !== '')

/** The options whose variables have a value. */
const present = (entries: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined))

/** What exports leave out. */
function secretOf(step: SourceStep, note: (what: string) => void, ...names: readonly string[]): unknown {
  const name = names.find(each => step.isHidden(each) || step.value(each) !== '')
  if (name === undefined) return undefined
  const env = environmentName(name)
  note(`${name} was not exported; give it in the environment variable ${env}`)
  return { secret: { env } }
}

const applyDrivers: Convert = (step, { driverPackages }, note) => {
  const id = text(step, 'DriverPackageID', 'OSDApplyDriverPackageID', 'PackageID')
  if (id === undefined) {
    note('it names no driver package')
    return undefined
  }
  driverPackages.set(id, source(id))
  return { applyDriverPackage: id }
}

const windowsSettings: Convert = (step, _, note) => ({
  applyWindowsSettings: present({
    computerName: text(step, 'OSDComputerName'),
    registeredUser: text(step, 'OSDRegisteredUserName'),
    organization: text(step, 'OSDRegisteredOrgName'),
    productKey: secretOf(step, note, 'OSDProductKey'),
    timeZone: text(step, 'OSDTimeZone'),
    inputLocale: text(step, 'OSDWindowsSettingsInputLocale', 'OSDInputLocale'),
    systemLocale: text(step, 'OSDWindowsSettingsSystemLocale', 'OSDSystemLocale'),
    uiLanguage: text(step, 'OSDWindowsSettingsUILanguage', 'OSDUILanguage'),
    uiLanguageFallback: text(step, 'OSDWindowsSettingsUILanguageFallback', 'OSDUILanguageFallback'),
    userLocale: text(step, 'OSDWindowsSettingsUserLocale', 'OSDUserLocale'),
    administratorPassword: secretOf(step, note, 'OSDLocalAdminPassword'),
  }),
})

const joinOf = (step: SourceStep, note: (what: string) => void): Record<string, unknown> => {
  const domain = text(step, 'OSDDomainName', 'OSDJoinDomainName', 'DomainName')
  return present({
    domain,
    organizationalUnit: domain && text(step, 'OSDDomainOUName', 'OSDJoinDomainOUName', 'DomainOUName'),
    account: domain && text(step, 'OSDJoinAccount'),
    password: domain && secretOf(step, note, 'OSDJoinPassword'),
    workgroup:
      domain === undefined ? text(step, 'OSDWorkgroupName', 'OSDJoinWorkgroupName', 'WorkgroupName') : undefined,
  })
}

const networkSettings: Convert = (step, _, note) => {
  const count = Number.parseInt(step.value('OSDAdapterCount'), 10)
  if (count > 0) note('its adapters were left out; write them under adapters, or set the variables OSDAdapter0… before')
  return { applyNetworkSettings: joinOf(step, note) }
}

const networkFolder: Convert = (step, _, note) => {
  const path = text(step, 'SMSConnectNetworkFolderPath')
  const at = text(step, 'SMSConnectNetworkFolderDriveLetter')
  if (path === undefined || at === undefined) {
    note('it names no share, or no drive')
    return undefined
  }
  const account = text(step, 'SMSConnectNetworkFolderAccount')
  const password = account === undefined ? undefined : secretOf(step, note, 'SMSConnectNetworkFolderPassword')
  return { connectToNetworkFolder: present({ path, at, account, password }) }
}

const readiness: Convert = step => {
  const amount = (check: string, name: string): string | undefined =>
    step.value(check).toLowerCase() === 'true' && Number(step.value(name)) > 0 ? `${step.value(name)}MB` : undefined
  const isAsked = (check: string): boolean => step.value(check).toLowerCase() === 'true'
  return {
    checkReadiness: present({
      memory: amount('OSDCheckMemory', 'OSDMemory') ?? amount('CheckMemory', 'Memory'),
      diskSize: amount('OSDCheckDiskSpace', 'OSDDiskSpace') ?? amount('CheckSpace', 'DiskSpace'),
      firmware: isAsked('CheckUefi') ? 'uefi' : undefined,
      acPower: isAsked('CheckPowerState') || undefined,
      network: isAsked('CheckNetworkWired') ? 'wired' : isAsked('CheckNetworkConnected') ? 'any' : undefined,
    }),
  }
}

/** Steps that only carry settings over, by the type of the step. */
export const SETTINGS: Readonly<Record<string, Convert>> = {
  SMS_TaskSequence_ApplyDriverPackageAction: applyDrivers,
  SMS_TaskSequence_ApplyWindowsSettingsAction: windowsSettings,
  SMS_TaskSequence_ApplyNetworkSettingsAction: networkSettings,
  SMS_TaskSequence_JoinDomainWorkgroupAction: (step, _, note) => ({ joinDomainOrWorkgroup: joinOf(step, note) }),
  SMS_TaskSequence_ConnectNetworkFolderAction: networkFolder,
  SMS_TaskSequence_PrestartCheckAction: readiness,
}
