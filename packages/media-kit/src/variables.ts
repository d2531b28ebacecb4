import type { BuildContext, Finding, SecretReference } from '@bootwright/api'
import {
  isReadOnlyVariable,
  VARIABLE_NAME_PATTERN,
  VARIABLE_VALUE_LIMIT,
  type Variable,
  variableKey,
} from '@bootwright/medium-format'
import type { MediaOptions } from '@bootwright/medium-format/options'
import { type Check, error, secretOr } from './findings.ts'
import { managementPointsOf } from './management-points.ts'

type Value = MediaOptions['variables'][string]
export const isSecret = (value: Value): value is { readonly secret: SecretReference } => typeof value === 'object'

const ASSIGN_USERS_MODE = { auto: 'Auto', pending: 'Pending', none: 'Disabled' } as const
const POINT_VARIABLES = ['SMSTSMP', 'SMSTSLocationMPs'] as const
/** Set by an option, so not by a variable too. */
const SET_BY_OPTION: ReadonlyMap<string, string> = new Map([
  ...POINT_VARIABLES.map(name => [variableKey(name), 'managementPoints'] as const),
  [variableKey('SMSTSAssignUsersMode'), 'userDeviceAffinity'],
])

/** Value of `_SMSTSMediaType`: what task sequences know a type of media by. */
export type EstablishedType = 'BootMedia' | 'OEMMedia' | 'FullMedia' | 'CaptureMedia'

/** What the options say, under the names that task sequences know. */
function derived(
  { medium, site }: Pick<BuildContext<MediaOptions>, 'medium' | 'site'>,
  established: EstablishedType,
): Record<string, Variable> {
  const { unknownComputers, userDeviceAffinity } = medium.options
  return {
    _SMSTSMediaType: { value: established },
    _SMSTSBrandingTitle: { value: medium.label },
    ...(site.code !== undefined && { _SMSTSSiteCode: { value: site.code } }),
    ...joinedPoints({ medium, site }),
    ...(userDeviceAffinity !== undefined && { SMSTSAssignUsersMode: { value: ASSIGN_USERS_MODE[userDeviceAffinity] } }),
    ...(unknownComputers !== undefined && { _BootwrightUnknownComputers: { value: String(unknownComputers) } }),
  }
}

function joinedPoints(context: Pick<Check, 'medium' | 'site'>): Record<string, Variable> {
  if (context.medium.options.management === undefined) return {}
  const urls = managementPointsOf(context).map(({ url }) => url.replaceAll('*', '%2A'))
  const name = context.medium.options.management === 'dynamic' ? 'SMSTSLocationMPs' : 'SMSTSMP'
  return { [name]: { value: urls.join('*') } }
}

/** All variables of the environment, the secret ones with their values. Those of the medium go before `more`. */
export async function variablesOf(
  context: BuildContext<MediaOptions>,
  established: EstablishedType,
  more: MediaOptions['variables'] = {},
): Promise<Record<string, Variable>> {
  const own = context.medium.options.variables
  const keys = new Set(Object.keys(own).map(variableKey))
  const all = [...Object.entries(more).filter(([name]) => !keys.has(variableKey(name))), ...Object.entries(own)]
  return { ...derived(context, established), ...(await revealedVariables(context, Object.fromEntries(all))) }
}

/** Variables of a definition, the secret ones with their values. */
export async function revealedVariables(
  context: Pick<BuildContext, 'secret'>,
  variables: MediaOptions['variables'],
): Promise<Record<string, Variable>> {
  const entries = Object.entries(variables).map(
    async ([name, value]): Promise<[string, Variable]> => [
      name,
      isSecret(value)
        ? { value: (await context.secret(value.secret)).reveal(), isSecret: true }
        : { value: String(value) },
    ],
  )
  return Object.fromEntries(await Promise.all(entries))
}

export async function checkVariables(context: Check): Promise<readonly Finding[]> {
  const { variables } = context.medium.options
  const findings = [...checkJoinedPoints(context)]
  const names = new Map<string, string>()
  for (const [name, value] of Object.entries(variables)) {
    const path = ['variables', name]
    const twin = names.get(variableKey(name))
    names.set(variableKey(name), name)
    const fault = nameFault(name, twin)
    if (fault) findings.push(error(path, fault))

    const found = isSecret(value) ? await secretOr(context, [...path, 'secret'], value.secret) : undefined
    if (found && 'finding' in found) findings.push(found.finding)
    const text = found === undefined ? String(value) : 'secret' in found ? found.secret.reveal() : ''
    if (text.length > VARIABLE_VALUE_LIMIT)
      findings.push(
        error(path, `the value has ${text.length} characters; a variable holds at most ${VARIABLE_VALUE_LIMIT}`),
      )
    if (text.includes('\0'))
      findings.push(
        error(path, 'the value contains a NUL character, which environment variables cannot contain; remove it'),
      )
  }
  return findings
}

/** Each URL may be short enough, and all of them in one variable too long. */
function checkJoinedPoints(context: Check): readonly Finding[] {
  return POINT_VARIABLES.flatMap(name => {
    const length = joinedPoints(context)[name]?.value.length ?? 0
    if (length <= VARIABLE_VALUE_LIMIT) return []
    return [
      error(
        ['managementPoints'],
        `the URLs have ${length} characters in ${name}; a variable holds at most ${VARIABLE_VALUE_LIMIT}, so use fewer or shorter ones`,
      ),
    ]
  })
}

function nameFault(name: string, twin: string | undefined): string | undefined {
  const option = SET_BY_OPTION.get(variableKey(name))
  if (isReadOnlyVariable(name))
    return `names that begin with "_" are read-only, set by the medium itself; choose another one than "${name}"`
  if (!VARIABLE_NAME_PATTERN.test(name))
    return `"${name}" is not a valid variable name; expected letters, digits, "_" and "-", beginning with a letter, at most 256`
  if (option) return `${name} is set by ${option}; use that, and leave the variable out`
  if (twin !== undefined) return `"${name}" and "${twin}" differ only in case and are one variable; keep one of them`
  return undefined
}
