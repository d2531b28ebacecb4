import { fileURLToPath } from 'node:url'
import { type Bytes, fromMemory } from '@bootwright/bytes'
import type { BuildOptions } from 'esbuild'

/** The module that runs on the target: the source in a checkout, the built file in a published package. */
const ENTRY = '@bootwright/agent'

/** The agent as one module. The same sources give the same bytes, wherever they are. */
export const bundleAgent = ({ signal }: { readonly signal: AbortSignal }): Promise<Bytes> =>
  bundle({ entryPoints: [fileURLToPath(import.meta.resolve(ENTRY))] }, signal)

export interface StepModules {
  /** File URLs of modules, by the names of the steps. */
  readonly modules: Readonly<Record<string, string>>
  readonly signal: AbortSignal
}

/** The programs of steps as one module, whose default export has them by name. */
export function bundleSteps({ modules, signal }: StepModules): Promise<Bytes> {
  const entries = Object.entries(modules).sort(([a], [b]) => (a < b ? -1 : 1))
  const imports = entries.map(([, url], index) => `import step${index} from ${JSON.stringify(fileURLToPath(url))}\n`)
  const names = entries.map(([name], index) => `${JSON.stringify(name)}: step${index}`)
  const contents = `${imports.join('')}export default { ${names.join(', ')} }\n`
  return bundle({ stdin: { contents, resolveDir: '/', loader: 'js' } }, signal)
}

async function bundle(input: Pick<BuildOptions, 'entryPoints' | 'stdin'>, signal: AbortSignal): Promise<Bytes> {
  signal.throwIfAborted()
  const { context } = await import('esbuild')
  const build = await context({
    ...input,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    minify: true,
    legalComments: 'none',
    charset: 'utf8',
    write: false,
    logLevel: 'silent',
    // What surrounds the sources has no say in what they become.
    tsconfigRaw: {},
  })
  const cancel = (): void => void build.cancel()
  signal.addEventListener('abort', cancel)
  try {
    const { outputFiles } = await build.rebuild()
    return fromMemory(outputFiles[0]!.contents)
  } catch (error) {
    signal.throwIfAborted()
    throw error
  } finally {
    signal.removeEventListener('abort', cancel)
    await build.dispose()
  }
}
