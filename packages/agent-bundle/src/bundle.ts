import { fileURLToPath } from 'node:url'
import { type Bytes, fromMemory } from '@bootwright/bytes'
import type { BuildOptions } from 'esbuild'

/** The module that runs on the computer: the source in a checkout, the built file in a published package. */
const ENTRY = '@bootwright/agent'

/** Bundles the agent into one module. The same sources give the same bytes, in any folder. */
export const bundleAgent = ({ signal }: { readonly signal: AbortSignal }): Promise<Bytes> =>
  bundle({ entryPoints: [fileURLToPath(import.meta.resolve(ENTRY))] }, signal)

export interface StepModules {
  /** File URLs of the programs, by step name. */
  readonly modules: Readonly<Record<string, string>>
  readonly signal: AbortSignal
}

/** Bundles the programs of steps into one module. Its default export contains them by step name. */
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
    // A tsconfig.json around the sources must not change the output.
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
