import { fileURLToPath } from 'node:url'
import { type Bytes, fromMemory } from '@bootwright/bytes'

/** The module that runs on the target: the source in a checkout, the built file in a published package. */
const ENTRY = '@bootwright/agent/main'

/** The agent as one module. The same sources give the same bytes, wherever they are. */
export async function bundleAgent({ signal }: { readonly signal: AbortSignal }): Promise<Bytes> {
  signal.throwIfAborted()
  const { context } = await import('esbuild')
  const build = await context({
    entryPoints: [fileURLToPath(import.meta.resolve(ENTRY))],
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
