import { readFile } from 'node:fs/promises'
import type { StepContext, StepProgram } from '@bootwright/api'
import { expand } from '@bootwright/task-sequence/run'
import type { ApplyWindowsSettingsOptions, WindowsUser } from '../definitions/apply-windows-settings.ts'
import { windowsOn } from './deployed-system.ts'
import { revealed } from './secret.ts'
import { escaped, hiddenPassword, openAnswerFile, type SettingGroup } from './windows/answer-file.ts'

const SHELL = 'Microsoft-Windows-Shell-Setup'
const INTERNATIONAL = 'Microsoft-Windows-International-Core'
/** Pages of Windows' first start that have nothing left to ask. */
const PAGES = {
  HideEULAPage: 'true',
  HideOEMRegistrationScreen: 'true',
  HideOnlineAccountScreens: 'true',
  HideWirelessSetupInOOBE: 'true',
  ProtectYourPC: '3',
}

const program: StepProgram<ApplyWindowsSettingsOptions> = {
  async run(options, context) {
    const { variables, architecture, log } = context
    const { root } = await windowsOn(context)
    const file = await openAnswerFile(root, architecture, await answersOf(options, context))
    const value = (name: string, written: string | undefined): string | undefined => variables.get(name) ?? written
    const computerName = value('OSDComputerName', options.computerName)
    file.set('specialize', SHELL, {
      ComputerName: computerName,
      ProductKey: value('OSDProductKey', options.productKey && revealed(options.productKey)),
      RegisteredOrganization: value('OSDRegisteredOrgName', options.organization),
      RegisteredOwner: value('OSDRegisteredUserName', options.registeredUser),
      TimeZone: value('OSDTimeZone', options.timeZone),
    })
    const password = value(
      'OSDLocalAdminPassword',
      options.administratorPassword && revealed(options.administratorPassword),
    )
    file.set('oobeSystem', SHELL, {
      OOBE: PAGES,
      UserAccounts: {
        AdministratorPassword: password === undefined ? undefined : hiddenPassword(password, 'AdministratorPassword'),
        LocalAccounts: { each: 'LocalAccount', items: options.users.map(accountOf) },
      },
    })
    file.set('oobeSystem', INTERNATIONAL, {
      InputLocale: value('OSDWindowsSettingsInputLocale', options.inputLocale),
      SystemLocale: value('OSDWindowsSettingsSystemLocale', options.systemLocale),
      UILanguage: value('OSDWindowsSettingsUILanguage', options.uiLanguage),
      UILanguageFallback: value('OSDWindowsSettingsUILanguageFallback', options.uiLanguageFallback),
      UserLocale: value('OSDWindowsSettingsUserLocale', options.userLocale),
    })
    await file.save()
    if (computerName === undefined) return
    variables.set('OSDComputerName', computerName)
    log.info(`the computer is called ${computerName}`)
  },
}
export default program

/** The text of the answer file, with its variables. */
async function answersOf(
  { package: name, answerFile }: ApplyWindowsSettingsOptions,
  { content, variables }: StepContext,
): Promise<string | undefined> {
  if (answerFile === undefined) return undefined
  const text =
    name === undefined ? answerFile : await readFile(await (await content('package', name)).path(answerFile), 'utf8')
  return expand(text, variable => {
    const value = variables.get(variable)
    return value === undefined ? undefined : escaped(value)
  })
}

const accountOf = ({ name, fullName, password, groups }: WindowsUser): SettingGroup => ({
  Name: name,
  DisplayName: fullName,
  Group: groups.join(';'),
  Password: hiddenPassword(revealed(password), 'Password'),
})
