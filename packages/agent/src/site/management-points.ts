import type { Environment } from '@bootwright/medium-format'
import type { Variables } from '../environment/variables.ts'

/** The management points in order. The variables take precedence, because prestart may set them. */
export function managementPoints(environment: Environment, variables: Variables): readonly string[] {
  const name = environment.management === 'dynamic' ? 'SMSTSLocationMPs' : 'SMSTSMP'
  const value = variables.get(name)?.value
  if (value === undefined) return environment.managementPoints.map(({ url }) => url)
  return environment.management === 'dynamic' ? value.split('*').filter(url => url !== '') : [value]
}
