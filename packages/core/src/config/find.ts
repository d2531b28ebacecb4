import { dirname, join, resolve } from 'node:path'
import { assertReadable, DefinitionFileError, NOT_A_FILE, unreadableReason } from '@bootwright/diagnostics'
import { cosmiconfig } from 'cosmiconfig'

/** Where a definition is looked for, in each folder, the first one winning. */
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
 * `package.json`. Throws {@link DefinitionFileError}, naming where it looked.
 */
export async function findDefinition({ cwd, file }: { cwd: string; file?: string | undefined }): Promise<string> {
  if (file !== undefined) {
    const path = resolve(cwd, file)
    await assertReadable(path)
    return path
  }
  const looked = await places(cwd)
  await refuseDevices(looked)
  const found = await search(cwd)
  if (found !== undefined) return found
  const lines = await Promise.all(looked.map(describePlace))
  throw new DefinitionFileError(
    'DEFINITION_NOT_FOUND',
    `found no definition; name one with -c FILE or write one with "bootwright init"; looked for\n${lines.join('\n')}`,
    looked,
  )
}

/** The search reads whatever has the name of a definition, to its end. */
async function refuseDevices(paths: readonly string[]): Promise<void> {
  for (const path of paths)
    if ((await unreadableReason(path)) === NOT_A_FILE)
      throw new DefinitionFileError('DEFINITION_UNREADABLE', `the definition ${path} is ${NOT_A_FILE}`, [path])
}

/** The loaders only say that a file is there: the contents are read later, by what knows their positions. */
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
    throw new DefinitionFileError('DEFINITION_UNREADABLE', `${path} is no valid JSON: ${reason}`, [path], cause)
  }
}

/** The same folders as the search strategy "project" visits. */
async function places(cwd: string): Promise<readonly string[]> {
  const looked: string[] = []
  for (let folder = resolve(cwd); ; folder = dirname(folder)) {
    looked.push(...DEFINITION_FILES.map(name => join(folder, name)))
    const ends = await Promise.all(['package.json', 'package.yaml'].map(name => exists(join(folder, name))))
    if (ends.includes(true) || dirname(folder) === folder) return looked
  }
}

async function describePlace(path: string): Promise<string> {
  const problem = await unreadableReason(path)
  if (problem === 'not there') return `  ${path}`
  return `  ${path} (${problem ?? `has no property "${PACKAGE_PROPERTY}"`})`
}

const exists = async (path: string): Promise<boolean> => (await unreadableReason(path)) !== 'not there'
