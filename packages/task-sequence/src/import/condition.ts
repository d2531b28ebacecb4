import { childrenOf, type Element } from './xml.ts'

/** Operators as the documents have them. */
const OPERATORS: Readonly<Record<string, string>> = {
  exists: 'exists',
  notexists: 'notExists',
  equals: 'equals',
  notequals: 'notEquals',
  greater: 'greater',
  greaterequal: 'greaterEqual',
  less: 'less',
  lessequal: 'lessEqual',
  like: 'like',
  notlike: 'notLike',
}
const ROOTS: Readonly<Record<string, string>> = {
  HKEY_LOCAL_MACHINE: 'HKLM',
  HKEY_CURRENT_USER: 'HKCU',
  HKEY_USERS: 'HKU',
  HKEY_CURRENT_CONFIG: 'HKCC',
}
const GROUPS: Readonly<Record<string, string>> = { and: 'all', or: 'any', not: 'none' }

/** The condition of a group or a step; undefined when it has none, or none that could be carried over. */
export function conditionOf(condition: Element | undefined, note: (what: string) => void): unknown {
  const parts = (condition?.children ?? []).map(child => partOf(child, note)).filter(part => part !== undefined)
  return parts.length <= 1 ? parts[0] : { all: parts }
}

function partOf(element: Element, note: (what: string) => void): unknown {
  if (element.name === 'operator') {
    const parts = element.children.map(child => partOf(child, note)).filter(part => part !== undefined)
    const group = GROUPS[element.attributes.type?.toLowerCase() ?? 'and'] ?? 'all'
    return parts.length === 0 ? undefined : { [group]: parts }
  }
  const values = new Map(
    childrenOf(element, 'variable').map(each => [each.attributes.name?.toLowerCase() ?? '', each.text]),
  )
  const value = (name: string): string => values.get(name.toLowerCase()) ?? ''
  const type = element.attributes.type ?? ''
  const compared = (operator: string, data: string): Record<string, unknown> => {
    const name = OPERATORS[operator.toLowerCase()] ?? 'equals'
    return { [name]: name === 'exists' || name === 'notExists' ? true : data }
  }
  switch (type) {
    case 'SMS_TaskSequence_VariableConditionExpression':
      return { variable: value('Variable'), ...compared(value('Operator'), value('Value')) }
    case 'SMS_TaskSequence_FileConditionExpression':
      return {
        file: value('Path'),
        ...(value('Version') !== '' && { version: compared(value('VersionOperator'), value('Version')) }),
        ...(value('DateTime') !== '' && { timestamp: compared(value('DateTimeOperator'), value('DateTime')) }),
      }
    case 'SMS_TaskSequence_FolderConditionExpression':
      return {
        folder: value('Path'),
        ...(value('DateTime') !== '' && { timestamp: compared(value('DateTimeOperator'), value('DateTime')) }),
      }
    case 'SMS_TaskSequence_RegistryConditionExpression': {
      const key = value('KeyPath').replace(/^[^\\]+/, root => ROOTS[root.toUpperCase()] ?? root)
      return {
        registry: key,
        ...(value('Value') !== '' && { value: value('Value') }),
        ...compared(value('Operator'), value('Data')),
      }
    }
    case 'SMS_TaskSequence_WMIConditionExpression':
      return { wmi: value('Query'), ...(value('Namespace') !== '' && { namespace: value('Namespace') }) }
  }
  note(`its condition of the type ${type || 'unknown'} was left out: it runs more often than it did`)
  return undefined
}
