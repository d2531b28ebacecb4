import { isAbsolute } from 'node:path'
import type { DefinitionFinding, Path } from '@bootwright/diagnostics'
import { LifecycleError } from './lifecycle-error.ts'
import { type MediumBuild, type Run, startMedium } from './medium-build.ts'
import { fileKey, isSource, problemWithOutput } from './outputs.ts'

/** Everything wrong with the chosen media that can be found before content is fetched, laid out or written. */
export async function check(run: Run, builds: readonly MediumBuild[], mayExist: boolean): Promise<DefinitionFinding[]> {
  const outputs = await Promise.all(wholeDefinition(run, builds).map(declaredOutputs))
  return [...(await checkMedia(run, builds)), ...(await checkOutputs(run, outputs.flat(), builds, mayExist))]
}

/**
 * The same for planned images: an image may have more parts than its target could name before, and its sources must not be its outputs.
 */
export async function checkPlanned(
  run: Run,
  builds: readonly MediumBuild[],
  mayExist: boolean,
): Promise<DefinitionFinding[]> {
  const outputs = await Promise.all(
    wholeDefinition(run, builds).map(build =>
      builds.includes(build) ? plannedOutputs(build) : declaredOutputs(build),
    ),
  )
  const findings = await checkOutputs(run, outputs.flat(), builds, mayExist)
  const images = builds.flatMap(build => build.images)
  const inputs = [run.definition.path, ...(run.definition.site.rootCertificates ?? [])]
  const inputKeys = await Promise.all(inputs.map(fileKey))
  for (const { build, path, file } of outputs.flat())
    if (builds.includes(build) && (inputKeys.includes(await fileKey(file)) || (await isSource(file, images)))) {
      const message = `${file} is also a source of the medium; write the image elsewhere`
      findings.push(finding(run, 'error', path, message))
    }
  return findings
}

/** Outputs may clash with any medium of the definition, even one that is not built now. */
const wholeDefinition = (run: Run, builds: readonly MediumBuild[]): readonly MediumBuild[] =>
  run.definition.media.map(entry => builds.find(each => each.entry === entry) ?? startMedium(run, entry))

async function checkMedia(run: Run, builds: readonly MediumBuild[]): Promise<DefinitionFinding[]> {
  const findings: DefinitionFinding[] = []
  for (const build of builds) {
    const { name, type } = build.medium
    const at: Path = ['media', name]
    if (build.entry.targets.length === 0) {
      const example = `targets: [{ iso: { file: out/${name}.iso } }]`
      findings.push(finding(run, 'error', at, `medium "${name}" has no targets; add one, for example ${example}`))
    }
    const found = await run.kernel.call('mediaType', type, 'check', async (mediaType, plugin) => {
      const { medium, site, folder, secret, now, signal, use, names } = run.kernel.scope(build, plugin)
      const { bootImage } = build.entry
      const platform = bootImage && use('bootImage', bootImage.name).platform
      const context = { medium, site, folder, secret, now, signal, use, names }
      const found = (await mediaType.check?.({ ...context, hasBootImage: bootImage !== undefined, platform })) ?? []
      // Inside the call, so that a result that is not a list of findings is the plugin's error.
      return found.map(({ severity, path, message }) => finding(run, severity, [...at, ...path], String(message)))
    })
    findings.push(...found)
  }
  return findings
}

/** A file that a target writes; `path` is the target's place in the definition. */
interface Output {
  readonly build: MediumBuild
  readonly path: Path
  readonly file: string
}

async function checkOutputs(
  run: Run,
  outputs: readonly Output[],
  builds: readonly MediumBuild[],
  mayExist: boolean,
): Promise<DefinitionFinding[]> {
  const findings: DefinitionFinding[] = []
  const owners = new Map<string, string>()
  for (const { build, path, file } of outputs) {
    const add = (message: string): void => void findings.push(finding(run, 'error', path, message))
    const key = await fileKey(file)
    const owner = owners.get(key)
    if (owner !== undefined) add(`${file} is also written by medium "${owner}"; choose another name for one of them`)
    owners.set(key, build.medium.name)
    const problem = builds.includes(build) && (await problemWithOutput(file, mayExist))
    if (problem) add(problem)
  }
  return findings
}

async function declaredOutputs(build: MediumBuild): Promise<readonly Output[]> {
  const outputs: Output[] = []
  for (const { name, options, path } of build.entry.targets)
    for (const file of await outputsOf(build, name, options)) outputs.push({ build, path, file })
  return outputs
}

/** A destination that is not an absolute path is not a file. */
const plannedOutputs = (build: MediumBuild): readonly Output[] =>
  build.images.flatMap(({ parts }, index) =>
    parts
      .filter(({ destination }) => isAbsolute(destination))
      .map(({ destination }) => ({ build, path: build.entry.targets[index]!.path, file: destination })),
  )

const outputsOf = ({ run, folder, medium }: MediumBuild, name: string, options: unknown): Promise<readonly string[]> =>
  run.kernel.call('target', name, 'check', target => {
    const outputs = target.outputs(options, { folder })
    const relative = outputs.find(file => !isAbsolute(file))
    if (relative === undefined) return outputs
    const message = `target "${name}" names the output "${relative}"; expected an absolute path`
    throw new LifecycleError('OUTPUT_RELATIVE', medium.name, message)
  })

function finding({ definition }: Run, severity: 'error' | 'warning', path: Path, message: string): DefinitionFinding {
  return { severity, file: definition.path, path, ...definition.locate(path), message }
}
