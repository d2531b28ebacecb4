import { dirname, join, resolve } from 'node:path'
import { assertReadable, DefinitionFileError, MISSING, NOT_A_FILE, unreadableReason } from '@bootwright/diagnostics'
import { cosmiconfig } from 'cosmiconfig'

/** File names of definitions, searched in each folder; the first one wins. */
export const DEFINITION_FILES: readonly string[] = [
  'bootwright.config.yaml',
  'bootwright.config.yml',
  'bootwright.config.json',
  'bootwright.config.mjs',
  'bootwright.config.ts',
  'package.json',
]
/** The property of `package.json` that may hold the definition. */
export const PACKAGE_PROPERTY = 'bootwright'

/**
 * The absolute path of the definition: `file`, relative to `cwd`, or else the nearest one from `cwd` upwards to the folder of the first
 * `package.json`. Throws {@link DefinitionFileError} with the files that were searched.
 */
export async function findDefinition({ cwd, file }: { cwd: string; file?: string | undefined }): Promise<string> {
  if (file !== undefined) {
    const path = resolve(cwd, file)
    await assertReadable(path)
    return path
  }
  const searched = await candidates(cwd)
  await refuseDevices(searched)
  const found = await search(cwd)
  if (found !== undefined) return found
  const lines = await Promise.all(searched.map(describe))
  throw new DefinitionFileError(
    'DEFINITION_NOT_FOUND',
    `no definition found; name one with -c FILE, or create one with "bootwright init"; searched:\n${lines.join('\n')}`,
    searched,
  )
}

/** The search reads files to their end, so devices are refused first. */
async function refuseDevices(paths: readonly string[]): Promise<void> {
  for (const path of paths)
    if ((await unreadableReason(path)) === NOT_A_FILE)
      throw new DefinitionFileError('DEFINITION_UNREADABLE', `the definition ${path} is ${NOT_A_FILE}`, [path])
}

/** The loaders only report that a file exists: contents are read later, with their positions. */
async function search(cwd: string): Promise<string | undefined> {
  const present = (): object => ({})
  const explorer = cosmiconfig('bootwright', {
    searchStrategy: 'project',
    searchPlaces: [...DEFINITION_FILES],
    packageProp: [PACKAGE_PROPERTY],
    ignoreEmptySearchPlaces: false,
    cache: false,
    loaders: {
      '.yaml': present,
      '.yml': present,
      '.mjs': present,
      '.ts': present,
      '.json': (path, text) => (path.endsWith('package.json') ? packageFile(path, text) : present()),
    },
  })
  const result = await explorer.search(cwd)
  // An empty package.json counts as found when empty files do.
  return result === null || (result.isEmpty && result.filepath.endsWith('package.json')) ? undefined : result.filepath
}

function packageFile(path: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new DefinitionFileError('DEFINITION_UNREADABLE', `${path} is not valid JSON: ${reason}`, [path], cause)
  }
}

/** The same folders as the search strategy "project" visits. */
async function candidates(cwd: string): Promise<readonly string[]> {
  const files: string[] = []
  for (let folder = resolve(cwd); ; folder = dirname(folder)) {
    files.push(...DEFINITION_FILES.map(name => join(folder, name)))
    const ends = await Promise.all(['package.json', 'package.yaml'].map(name => exists(join(folder, name))))
    if (ends.includes(true) || dirname(folder) === folder) return files
  }
}

async function describe(path: string): Promise<string> {
  const problem = await unreadableReason(path)
  if (problem === MISSING) return `  ${path}`
  return `  ${path} (${problem ?? `has no property "${PACKAGE_PROPERTY}"`})`
}

const exists = async (path: string): Promise<boolean> => (await unreadableReason(path)) !== MISSING
