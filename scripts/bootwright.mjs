// npm run bootwright -- ...: the command from the sources, on any Node that npm comes with.
import { install, quoted, run } from './toolchain.mjs'

const [major] = process.versions.node.split('.').map(Number)
if (major >= 24) await import('../packages/cli/src/main.ts')
else {
  process.exitCode = (await install()) || (await run(`node packages/cli/src/main.ts ${quoted(process.argv.slice(2))}`))
}
