import { accessSync, constants, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import type { TestFn } from 'ava'

/** Path of a program on the PATH; undefined when it is missing. */
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
 * Returns `test` for tests that require conformance tools. When a tool is missing, they are skipped with a warning; in CI that is an error, because
 * a check that did not run has not passed.
 */
export function needs(test: TestFn, ...tools: readonly string[]): TestFn {
  const missing = tools.filter(name => !whereIs(name))
  if (missing.length === 0) return test
  if (process.env.CI)
    throw new Error(`tests require ${missing.join(', ')}, and CI must not skip tests; run as root: npm test`)
  console.warn(`skipped: requires ${missing.join(', ')}; run as root: npm test`)
  return test.skip as unknown as TestFn
}

const folders = new Set<string>()

/** Creates a temporary folder, which is removed when the test process exits. */
export function scratch(): string {
  if (folders.size === 0)
    process.once('exit', () => {
      for (const folder of folders) rmSync(folder, { recursive: true, force: true })
    })
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'bootwright-test-')))
  folders.add(folder)
  return folder
}
