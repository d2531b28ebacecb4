import { isAbsolute } from 'node:path'
import type { DefinitionFinding, Path } from '../config/findings.ts'
import { LifecycleError } from './lifecycle-error.ts'
import { type MediumBuild, type Run, startMedium } from './medium-build.ts'
import { fileKey, problemWithOutput } from './outputs.ts'

/** Everything that is wrong with the chosen media and can be known before any of them is obtained, laid out or written. */
export async function check(
  run: Run,
  builds: readonly MediumBuild[],
  isWriting: boolean,
): Promise<DefinitionFinding[]> {
  const all = isWriting
    ? run.definition.media.map(entry => builds.find(each => each.entry === entry) ?? startMedium(run, entry))
    : builds
  return [...(await checkMedia(run, builds)), ...(await checkOutputs(run, all, new Set(isWriting ? builds : [])))]
}

async function checkMedia(run: Run, builds: readonly MediumBuild[]): Promise<DefinitionFinding[]> {
  const findings: DefinitionFinding[] = []
  for (const build of builds) {
    const { name, type } = build.medium
    const at: Path = ['media', name]
    if (build.entry.targets.length === 0) {
      const example = `targets: [{ iso: { file: out/${name}.iso } }]`
      findings.push(finding(run, 'error', at, `medium "${name}" has no targets; add some, for example: ${example}`))
    }
    const found = await run.kernel.call(
      'mediaType',
      type,
      'check',
      async (mediaType, plugin) => (await mediaType.check?.(run.kernel.scope(build, plugin))) ?? [],
    )
    for (const { severity, path, message } of found) findings.push(finding(run, severity, [...at, ...path], message))
  }
  return findings
}

/** Clashes concern every medium of the definition; what stands at the output concerns those that are written now. */
async function checkOutputs(
  run: Run,
  builds: readonly MediumBuild[],
  written: ReadonlySet<MediumBuild>,
): Promise<DefinitionFinding[]> {
  const findings: DefinitionFinding[] = []
  const owners = new Map<string, string>()
  for (const build of builds)
    for (const { name, options, path } of build.entry.targets) {
      const add = (message: string): void => void findings.push(finding(run, 'error', path, message))
      for (const file of await outputsOf(build, name, options)) {
        const owner = owners.get(fileKey(file))
        if (owner !== undefined) add(`${file} is written by medium "${owner}" too; give one of them another name`)
        owners.set(fileKey(file), build.medium.name)
        const problem = written.has(build) && (await problemWithOutput(file, run.overwrite))
        if (problem) add(problem)
      }
    }
  return findings
}

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
