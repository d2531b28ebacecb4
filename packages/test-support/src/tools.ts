import { accessSync, constants, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import type { TestFn } from 'ava'

/** Where `name` is on the PATH, if it is. */
export function whereIs(name: string): string | undefined {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const path = join(folder, name)
    try {
      accessSync(path, constants.X_OK)
      return path
    } catch {}
  }
  return undefined
}

/**
 * `test` for the tests that need outside tools as judges. Without them the tests are skipped, saying so; in CI a missing tool is a
 * failure, because a check that did not run has not passed.
 */
export function needs(test: TestFn, ...tools: readonly string[]): TestFn {
  const missing = tools.filter(name => !whereIs(name))
  if (missing.length === 0) return test
  if (process.env.CI) throw new Error(`tests need ${missing.join(', ')} and CI skips nothing; run as root: npm test`)
  console.warn(`skipped: needs ${missing.join(', ')}; run as root: npm test`)
  return test.skip as unknown as TestFn
}

const folders = new Set<string>()

/** A new folder, which goes when the tests of the file have ended. */
export function scratch(): string {
  if (folders.size === 0)
    process.once('exit', () => {
      for (const folder of folders) rmSync(folder, { recursive: true, force: true })
    })
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'bootwright-test-')))
  folders.add(folder)
  return folder
}
