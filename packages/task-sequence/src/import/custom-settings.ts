import { parse } from 'ini'

/** What the variables of MDT are called in task sequences. */
const NAMES: Readonly<Record<string, string>> = {
  timezonename: 'OSDTimeZone',
  adminpassword: 'OSDLocalAdminPassword',
  keyboardlocale: 'OSDInputLocale',
  userlocale: 'OSDUserLocale',
  uilanguage: 'OSDUILanguage',
  joindomain: 'OSDJoinDomainName',
  joinworkgroup: 'OSDJoinWorkgroupName',
  machineobjectou: 'OSDJoinDomainOUName',
  orgname: 'OSDRegisteredOrgName',
  fullname: 'OSDRegisteredUserName',
  productkey: 'OSDProductKey',
  computername: 'OSDComputerName',
}
const SECRET = /password|productkey/i

export interface ImportedSettings {
  readonly variables: Readonly<Record<string, unknown>>
  readonly notes: readonly string[]
}

/** The section `Default` of a CustomSettings.ini as variables. Rules for some computers, and pages of the wizard, are in the notes. */
export function importCustomSettings(text: string): ImportedSettings {
  const sections = parse(text) as Readonly<Record<string, Readonly<Record<string, unknown>>>>
  const notes: string[] = []
  const variables: Record<string, unknown> = {}
  for (const [section, entries] of Object.entries(sections)) {
    if (typeof entries !== 'object') continue
    const kind = section.toLowerCase()
    if (kind === 'settings') continue
    if (kind !== 'default') {
      notes.push(
        `CustomSettings.ini [${section}]: rules for specific computers are not imported: ${Object.keys(entries).join(', ')}`,
      )
      continue
    }
    for (const [key, value] of Object.entries(entries)) {
      if (/^(skip|_)/i.test(key)) {
        notes.push(`CustomSettings.ini ${key}: it configures the MDT wizard, which does not exist here`)
        continue
      }
      const name = NAMES[key.toLowerCase()] ?? key
      if (!/^[A-Za-z][\w-]{0,255}$/.test(name)) notes.push(`CustomSettings.ini ${key}: not a valid variable name`)
      else if (SECRET.test(key)) {
        const env = name.toUpperCase().replaceAll('-', '_')
        variables[name] = { secret: { env } }
        notes.push(
          `CustomSettings.ini ${key}: give it in the environment variable ${env}; it is not imported of the file`,
        )
      } else variables[name] = String(value)
    }
  }
  return { variables, notes }
}
