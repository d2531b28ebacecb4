// npm run bootwright -- ...: the command from the sources, on any Node that npm comes with.
import { install, run } from './toolchain.mjs'

const [major] = process.versions.node.split('.').map(Number)
if (major >= 24) await import('../packages/cli/src/main.ts')
else {
  const quoted = process.argv.slice(2).map(word => `'${word.replaceAll("'", "'\\''")}'`)
  process.exitCode = (await install()) || (await run(`node packages/cli/src/main.ts ${quoted.join(' ')}`))
}
