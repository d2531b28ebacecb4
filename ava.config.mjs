import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { recordRun } from './scripts/test-record.ts'
import { openTestRun } from './scripts/test-run.mjs'

const root = dirname(fileURLToPath(import.meta.url))
const FOLDERS = ['', 'e2e', 'packages/*', 'fuzz']
/** What takes longest starts first, so that no core is idle in the end: machines, outside tools, and one that mostly waits. */
const FIRST = [/\/e2e\/test\/(deploy|site|boot)\./, /\/e2e\//, /\.conformance\.|format-and-partition-disk/]

/**
 * One for the whole workspace: at the root, AVA finds the tests of all packages; in the folder of a package, those of that package. Files
 * named `*.outer.test.ts` are the outer ring and run when an argument names them.
 */
export default ({ projectDir = root } = {}) => {
  openTestRun()
  const { BOOTWRIGHT_TEST_RECORD: record } = process.env
  const isOuterNamed = process.argv.some(argument => argument.includes('.outer.'))
  return {
    extensions: ['ts'],
    files: [
      ...(projectDir === root ? FOLDERS : ['']).map(folder => join(folder, 'test/**/*.test.ts')),
      ...(isOuterNamed ? [] : ['!**/*.outer.test.ts']),
    ],
    // Of a run in which nothing happens: machines wait for each other.
    timeout: '30m',
    sortTestFiles: (a, b) => rank(a) - rank(b) || (a < b ? -1 : 1),
    ...(record && recordRun(record, root)),
  }
}

function rank(file) {
  const found = FIRST.findIndex(pattern => pattern.test(file))
  return found < 0 ? FIRST.length : found
}
