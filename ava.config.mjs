import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(fileURLToPath(import.meta.url))
const PACKAGES = ['packages/*', 'e2e', 'fuzz']

/** For the whole workspace: run at the root AVA finds the tests of all packages, run in a package those of that package. */
export default ({ projectDir }) => ({
  extensions: ['ts'],
  files: (projectDir === root ? PACKAGES.map(each => `${each}/`) : ['']).map(folder => `${folder}test/**/*.test.ts`),
  timeout: '30m',
})
