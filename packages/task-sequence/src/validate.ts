import { dirname, resolve } from 'node:path'
import type { Step } from '@bootwright/api'
import {
  createFindings,
  DefinitionError,
  DefinitionFileError,
  type DefinitionFinding,
  type Findings,
  isMap,
  kindOf,
  type Path,
  readSource,
  suggestion,
  validate,
} from '@bootwright/diagnostics'
import type { CompiledNode, CompiledStep } from './compiled.ts'
import { CONTENTS_KEYS, type Contents, SUCCESS_CODES } from './contents.ts'
import { checkReferences, type PlacedFinding, type Reference } from './references.ts'
import { groupSchema, type NodeOptions, type SequenceOptions, STEP_KEYS, sequenceSchema, stepSchema } from './source.ts'

/** The steps that plugins contribute. */
export interface StepLookup {
  names(kind: 'step'): readonly string[]
  use(kind: 'step', name: string): Step
}

/** A task sequence without mistakes. Sources of contents are absolute paths or URLs; secrets are still references. */
export interface ValidatedSequence extends SequenceOptions {
  readonly path: string
  readonly nodes: readonly ValidatedNode[]
}
export type ValidatedNode = CompiledNode & {
  /** Creates a finding at the node's position. */
  readonly finding: PlacedFinding
}

export interface SequenceValidation {
  /** Undefined when something is wrong. */
  readonly sequence: ValidatedSequence | undefined
  readonly findings: readonly DefinitionFinding[]
}

/** Chooses what a node is, beside the contributed steps: a list of nodes, and another file whose nodes stand here. */
const GROUP = 'group'
const CHILD = 'runTaskSequence'
/** Child in child; more is a ring that links hide. */
const DEEPEST = 32

interface Validation {
  readonly lookup: StepLookup
  readonly findings: Findings
  readonly file: string
  /** Files that this one is a child of. */
  readonly parents: readonly string[]
  readonly all: DefinitionFinding[]
  readonly contents: { readonly [K in keyof Contents]: Record<string, Contents[K][string]> }
  readonly variables: Record<string, SequenceOptions['variables'][string]>
  readonly nodes: ValidatedNode[]
  /** Files whose contents cannot be known: what is referred to may be in them. */
  readonly unknown: string[]
  readonly references: Reference[]
}

/** Reads the task sequence in `file` with its child sequences, and reports all findings. Steps may also refer to `extras`. */
export async function validateSequence(
  file: string,
  lookup: StepLookup,
  extras: Partial<Contents> = {},
): Promise<SequenceValidation> {
  const all: DefinitionFinding[] = []
  const contents = { operatingSystemImages: {}, applications: {}, packages: {}, driverPackages: {} }
  const validation = { lookup, all, contents, variables: {}, nodes: [], unknown: [], references: [] }
  const options = await validateFile(file, [], validation)
  if (validation.unknown.length === 0) all.push(...checkReferences(validation.references, contents, extras))
  if (!options || all.some(({ severity }) => severity === 'error')) return { sequence: undefined, findings: all }
  const { nodes, variables } = validation
  return { sequence: { ...options, ...contents, variables, path: file, nodes }, findings: all }
}

type Shared = Omit<Validation, 'findings' | 'file' | 'parents'>

async function validateFile(
  file: string,
  parents: readonly string[],
  shared: Shared,
): Promise<SequenceOptions | undefined> {
  try {
    const { value, locate } = await readSource(file)
    const findings = createFindings(file, locate)
    const validation: Validation = { ...shared, findings, file, parents }
    const options = await validateTop(value, validation)
    shared.all.push(...findings.all)
    return options
  } catch (error) {
    if (error instanceof DefinitionError) shared.all.push(...error.findings)
    else if (error instanceof DefinitionFileError)
      shared.all.push({ severity: 'error', file, path: [], message: error.message })
    else throw error
    return undefined
  }
}

async function validateTop(value: unknown, validation: Validation): Promise<SequenceOptions | undefined> {
  const { findings } = validation
  if (!isMap(value)) {
    findings.add([], `expected a task sequence: a map with name and steps, found ${kindOf(value)}`)
    return undefined
  }
  const { steps, ...top } = value
  const result = await validate(sequenceSchema, top, { findings, path: [], moreKeys: ['steps'] })
  if (result) takeContents(result.value, validation)
  else validation.unknown.push(validation.file)
  if (steps === undefined) findings.add(['steps'], 'missing; expected a list of steps and groups')
  else await validateNodes(steps, ['steps'], validation)
  return result?.value
}

/** Adds the contents of a file to those of the whole sequence. A child may declare a name again if the content is the same. */
function takeContents(options: SequenceOptions, { contents, variables, references, findings, file }: Validation): void {
  const folder = dirname(file)
  for (const key of Object.values(CONTENTS_KEYS))
    for (const [name, written] of Object.entries(options[key])) {
      const entry = { ...written, source: absolute(written.source, folder) }
      const known = contents[key][name]
      if (known && JSON.stringify(known) !== JSON.stringify(entry))
        findings.add(
          [key, name],
          `"${name}" is ${known.source} in another file of this sequence, and ${entry.source} here; rename one of them`,
        )
      ;(contents[key] as Record<string, unknown>)[name] = entry
    }
  for (const [dependent, { dependencies }] of Object.entries(options.applications))
    for (const [index, name] of dependencies.entries())
      references.push({
        reference: { kind: 'application', name },
        dependent,
        finding: placed(findings, file, ['applications', dependent, 'dependencies', index]),
      })
  for (const [name, value] of Object.entries(options.variables)) variables[name] ??= value
}

/** URLs are for the content sources. One letter is a Windows drive. */
const absolute = (source: string, folder: string): string =>
  /^[a-z][a-z0-9+.-]+:/i.test(source) ? source : resolve(folder, source)

async function validateNodes(list: unknown, path: Path, validation: Validation): Promise<void> {
  if (!Array.isArray(list)) {
    validation.findings.add(path, `expected a list of steps and groups, found ${kindOf(list)}`)
    return
  }
  for (const [index, node] of list.entries()) await validateNode(node, [...path, index], validation)
}

async function validateNode(node: unknown, path: Path, validation: Validation): Promise<void> {
  const { findings, lookup } = validation
  if (!isMap(node)) {
    findings.add(path, `expected a step or a group, found ${kindOf(node)}; like - runCommandLine: echo hello`)
    return
  }
  const types = [GROUP, CHILD, ...lookup.names('step')]
  const chosen = Object.keys(node).filter(key => types.includes(key))
  const [type] = chosen
  if (type === undefined) return void findings.add(path, noType(node, types))
  if (chosen.length > 1)
    return void findings.add(path, `one entry is one step, found ${chosen.join(' and ')}; split it into two entries`)
  const { [type]: options, ...common } = node
  if (type === GROUP) await validateGroup(common, options, path, validation)
  else if (type === CHILD) await validateChild(common, options, path, validation)
  else await validateStep(type, common, options, path, validation)
}

function noType(node: Readonly<Record<string, unknown>>, types: readonly string[]): string {
  const unknown = Object.keys(node).filter(key => !STEP_KEYS.includes(key))
  if (unknown.length === 0) return `this says no step; known: ${types.join(', ')}`
  return unknown.map(key => `no step "${key}"${suggestion(key, types)}`).join('; ')
}

const isDisabled = (node: Readonly<Record<string, unknown>>): boolean => node.disabled === true

async function validateGroup(
  common: Readonly<Record<string, unknown>>,
  list: unknown,
  path: Path,
  validation: Validation,
): Promise<void> {
  const result = await validate(groupSchema, common, { findings: validation.findings, path, moreKeys: [GROUP] })
  // Disabled nodes are validated too, because they may be enabled later, but they are not part of the sequence.
  const inner = isDisabled(common) ? apart(validation) : validation
  const options: NodeOptions = result?.value ?? { disabled: false, continueOnError: false }
  await addGroup(options, options.name ?? 'Group', path, inner, () => validateNodes(list, [...path, GROUP], inner))
}

const apart = (validation: Validation): Validation => ({ ...validation, nodes: [], references: [] })

/** Puts a group around what `fill` adds. */
async function addGroup(
  { condition, continueOnError }: NodeOptions,
  name: string,
  path: Path,
  { nodes, findings, file }: Validation,
  fill: () => Promise<void>,
): Promise<void> {
  const index = nodes.length
  const finding = placed(findings, file, path)
  const group = { kind: 'group' as const, name, continueOnError, end: 0, finding, ...(condition && { condition }) }
  nodes.push(group)
  await fill()
  nodes[index] = { ...group, end: nodes.length }
}

const placed =
  (findings: Findings, file: string, path: Path): PlacedFinding =>
  (severity, message) => {
    const here = createFindings(file, findings.locate)
    if (severity === 'error') here.add(path, message)
    else here.warn(path, message)
    return here.all[0]!
  }

async function validateChild(
  common: Readonly<Record<string, unknown>>,
  options: unknown,
  path: Path,
  validation: Validation,
): Promise<void> {
  const { findings, file, parents } = validation
  const at = [...path, CHILD]
  const result = await validate(groupSchema, common, { findings, path, moreKeys: [CHILD] })
  const written = isMap(options) && Object.keys(options).length === 1 ? options.file : options
  if (typeof written !== 'string' || written === '')
    return void findings.add(at, `expected the file of a task sequence, relative to this one, found ${kindOf(options)}`)
  const child = resolve(dirname(file), written)
  if ([...parents, file].includes(child) || parents.length >= DEEPEST)
    return void findings.add(at, `${child} would run itself: ${[...parents, file, child].join(' -> ')}`)
  const shared = isDisabled(common) ? apart(validation) : validation
  const group: NodeOptions = result?.value ?? { disabled: false, continueOnError: false }
  await addGroup(group, group.name ?? 'Run Task Sequence', path, shared, async () => {
    await validateFile(child, [...parents, file], shared)
  })
}

async function validateStep(
  type: string,
  common: Readonly<Record<string, unknown>>,
  written: unknown,
  path: Path,
  validation: Validation,
): Promise<void> {
  const { findings, lookup, file } = validation
  const step = lookup.use('step', type)
  const node = await validate(stepSchema, common, { findings, path, moreKeys: [type] })
  // `restartComputer:` with nothing under it means: no options.
  const options = await validate(step.schema, written ?? {}, { findings, path: [...path, type] })
  if (!node || !options) return
  const content = step.content?.(options.value) ?? []
  const target = node.value.disabled ? apart(validation) : validation
  for (const reference of content)
    validation.references.push({ reference, finding: placed(findings, file, [...path, type, ...reference.path]) })
  const { name = step.title, condition, continueOnError, retry, timeout, successCodes, runIn } = node.value
  const compiled: CompiledStep = {
    kind: 'step',
    name,
    type,
    options: options.value,
    verbatim: step.verbatim ?? [],
    continueOnError,
    retry,
    successCodes: successCodes ?? SUCCESS_CODES,
    content: content.map(({ kind, name }) => ({ kind, name })),
    ...(condition && { condition }),
    ...(timeout !== undefined && { timeout }),
    ...(runIn && { runIn }),
  }
  target.nodes.push({ ...compiled, finding: placed(findings, file, path) })
}
