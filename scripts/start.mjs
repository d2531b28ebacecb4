// npm start: installs what is needed and builds the example, on a machine with nothing but Node and npm.
import { install, run } from './toolchain.mjs'

const code =
  (await install()) ||
  (await run('node packages/cli/src/main.ts build -c examples/bootable/bootwright.config.yaml --force'))
if (code === 0) console.log('\nIn this checkout the command is: npm run bootwright -- test out/bootable.iso')
process.exitCode = code
