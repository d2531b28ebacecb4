import { promises as fs } from 'node:fs'
import { dirname } from 'node:path'
import type { DefinitionFinding } from '../config/findings.ts'
import { type MediumBuild, type Run, startMedium } from './medium-build.ts'

type Where = readonly (string | number)[]

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
    if (build.entry.targets.length === 0)
      findings.push(
        finding(
          run,
          'error',
          ['media', name],
          `medium "${name}" has no targets; add some, for example: targets: [{ iso: { file: out/${name}.iso } }]`,
        ),
      )
    const found = await run.kernel.call(
      'mediaType',
      type,
      'check',
      mediaType => mediaType.check?.(build) ?? [],
      run.signal,
    )
    for (const { severity, path, message } of found)
      findings.push(finding(run, severity, ['media', name, ...path], message))
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
  for (const build of builds) {
    for (const { name, options, path } of build.entry.targets) {
      const outputs = await run.kernel.call('target', name, 'check', target =>
        target.outputs(options, { folder: build.folder }),
      )
      for (const file of outputs) {
        const owner = owners.get(file.toLowerCase())
        if (owner !== undefined)
          findings.push(
            finding(run, 'error', path, `${file} is written by medium "${owner}" too; give one of them another name`),
          )
        owners.set(file.toLowerCase(), build.medium.name)
        if (!written.has(build)) continue
        const problem = await problemWith(file, run.overwrite)
        if (problem) findings.push(finding(run, 'error', path, problem))
      }
    }
  }
  return findings
}

async function problemWith(file: string, overwrite: boolean): Promise<string | undefined> {
  const stats = await fs.stat(file).catch(() => undefined)
  if (stats?.isDirectory()) return `${file} is a folder; expected the name of a file`
  if (stats && !overwrite)
    return `${file} exists and is left as it is; use --force to replace it once the new one is complete`
  const folder = await nearestFolder(dirname(file))
  const canWrite = await fs.access(folder, fs.constants.W_OK).then(
    () => true,
    () => false,
  )
  return canWrite ? undefined : `${file} cannot be written: no right to write in ${folder}`
}

/** The folder itself or the nearest above it that exists: the ones between are made. */
async function nearestFolder(folder: string): Promise<string> {
  const exists = await fs.stat(folder).catch(() => undefined)
  return exists || dirname(folder) === folder ? folder : nearestFolder(dirname(folder))
}

function finding({ definition }: Run, severity: 'error' | 'warning', path: Where, message: string): DefinitionFinding {
  return { severity, file: definition.path, path, ...definition.locate(path), message }
}
