// npm start: installs what is needed and builds the example, on a machine with nothing but Node and npm.
import { install, run } from './toolchain.mjs'

process.exitCode =
  (await install()) ||
  (await run(
    `node packages/cli/src/main.ts build -c examples/bootable/bootwright.config.yaml --force ${process.argv.slice(2).join(' ')}`,
  ))
