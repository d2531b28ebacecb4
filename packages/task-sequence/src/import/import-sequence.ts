import { conditionOf } from './condition.ts'
import { contentsOf, type Gathered, gather, type Imported } from './gathered.ts'
import type { SourceStep } from './source-step.ts'
import { CONVERSIONS } from './steps.ts'
import { childOf, childrenOf, type Element, parseXml } from './xml.ts'

const RUN_IN: Readonly<Record<string, string>> = { winpe: 'bootImage', fullos: 'installedSystem' }
/** Characters of a name. */
const NAME_LIMIT = 100

/**
 * A sequence as Configuration Manager exports it (XML), or `ts.xml` of MDT. Throws for what is neither. Steps that have no counterpart are
 * in the notes, each by its name.
 */
export function importSequence(text: string, name = 'Imported'): Imported {
  const root = parseXml(text)
  const sequence = find(root, 'sequence')
  if (!sequence)
    throw new Error(
      `expected an element <sequence>, found <${root.name}>; export the task sequence, or name the ts.xml of MDT`,
    )
  const gathered = gather()
  const steps = nodesOf(sequence, gathered)
  const variables = Object.fromEntries(
    (childOf(sequence, 'globalVarList')?.children ?? [])
      .filter(each => /^[A-Za-z][\w-]*$/.test(each.attributes.name ?? '') && each.text !== '')
      .map(each => [each.attributes.name!, each.text]),
  )
  return {
    sequence: {
      name: (sequence.attributes.name || name).slice(0, NAME_LIMIT),
      ...(sequence.attributes.description && { description: sequence.attributes.description }),
      ...(Object.keys(variables).length > 0 && { variables }),
      ...contentsOf(gathered),
      steps,
    },
    notes: gathered.notes,
  }
}

const find = (element: Element, name: string): Element | undefined => {
  if (element.name.toLowerCase() === name) return element
  for (const child of element.children) {
    const found = find(child, name)
    if (found) return found
  }
  return undefined
}

function nodesOf(parent: Element, gathered: Gathered): readonly object[] {
  return parent.children.flatMap(child => {
    const { name, type = '' } = child.attributes
    if (child.name === 'group') return [{ ...commonOf(child, gathered), group: nodesOf(child, gathered) }]
    if (child.name !== 'step' && child.name !== 'subtasksequence') return []
    const note = (what: string): unknown => gathered.notes.push(`step "${name}": ${what}`)
    const convert = CONVERSIONS[type]
    if (!convert) {
      note(`it is of the type ${type || child.name}, which has no counterpart; it is not imported`)
      return []
    }
    const converted = convert(stepOf(child), gathered, note)
    if (converted) return [{ ...commonOf(child, gathered), ...stepOptions(child), ...converted }]
    note('it is not imported')
    return []
  })
}

function stepOf(element: Element): SourceStep {
  const variables = new Map<string, Element>()
  for (const each of childOf(element, 'defaultVarList')?.children ?? [])
    for (const key of [each.attributes.name, each.attributes.property]) if (key) variables.set(key.toLowerCase(), each)
  return {
    name: element.attributes.name ?? '',
    type: element.attributes.type ?? '',
    action: childOf(element, 'action')?.text ?? '',
    value: name => variables.get(name.toLowerCase())?.text ?? '',
    isHidden: name => variables.get(name.toLowerCase())?.attributes.hidden?.toLowerCase() === 'true',
  }
}

/** An attribute, or an element of that name. */
const settingOf = (element: Element, name: string): string =>
  element.attributes[name] ?? childrenOf(element, name)[0]?.text ?? ''
const isTrue = (text: string): boolean => text.toLowerCase() === 'true'

function commonOf(element: Element, gathered: Gathered): Record<string, unknown> {
  const { name = '' } = element.attributes
  const condition = conditionOf(childOf(element, 'condition'), what =>
    gathered.notes.push(`${element.name} "${name}": ${what}`),
  )
  const description = settingOf(element, 'description')
  return {
    ...(name !== '' && { name: name.slice(0, NAME_LIMIT) }),
    ...(description !== '' && { description: description.slice(0, 256) }),
    ...(isTrue(settingOf(element, 'disable')) && { disabled: true }),
    ...(isTrue(settingOf(element, 'continueOnError')) && { continueOnError: true }),
    ...(condition !== undefined && { condition }),
  }
}

function stepOptions(element: Element): Record<string, unknown> {
  const runIn = RUN_IN[settingOf(element, 'runIn').toLowerCase()]
  const timeout = Number.parseInt(settingOf(element, 'timeout'), 10)
  const retries = Number.parseInt(settingOf(element, 'retryCount'), 10)
  const codes = settingOf(element, 'successCodeList')
    .split(/[\s,]+/)
    .filter(code => /^-?\d+$/.test(code))
    .map(Number)
  const isUsual = codes.length === 0 || (codes.length === 2 && codes[0] === 0 && codes[1] === 3010)
  return {
    ...(runIn !== undefined && { runIn }),
    ...(timeout > 0 && { timeout: `${timeout}s` }),
    ...(retries > 0 && { retry: retries }),
    ...(!isUsual && { successCodes: codes }),
  }
}
