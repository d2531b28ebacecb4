import test from 'ava'
import { createFindings, DefinitionError, formatFinding, formatPath } from '../src/findings.ts'

const FILE = '/media/lab/bootwright.config.yaml'

test('a path is formatted like a JavaScript expression', t => {
  t.is(formatPath(['media', 'lab', 'targets', 0, 'iso', 'file']), 'media.lab.targets[0].iso.file')
  t.is(formatPath(['media', 'lab 1', 'a.b']), 'media["lab 1"]["a.b"]')
  t.is(formatPath([0, 'x']), '[0].x')
})

test('the message contains all findings in file order', t => {
  const findings = createFindings(FILE, path => (path[0] === 'late' ? { line: 9, column: 1 } : { line: 2, column: 3 }))
  findings.add(['late'], 'second')
  findings.warn(['early'], 'first')
  const error = t.throws(() => findings.throwIfErrors(), { instanceOf: DefinitionError, code: 'DEFINITION' })
  t.is(error.message, 'bootwright.config.yaml:2:3 early: warning: first\nbootwright.config.yaml:9:1 late: second')
  t.deepEqual(
    error.findings.map(({ severity }) => severity),
    ['warning', 'error'],
  )
})

test('warnings alone do not throw', t => {
  const findings = createFindings(FILE, () => undefined)
  findings.warn([], 'something to change')
  t.notThrows(() => findings.throwIfErrors())
  t.is(findings.warnings.length, 1)
  t.is(findings.errors.length, 0)
})

test('a finding names the file relative to a folder', t => {
  const [finding] = gatherOne(['media'], 'missing')
  t.is(formatFinding(finding!, '/media'), 'lab/bootwright.config.yaml media: missing')
})

test('the failure behind a finding is the cause of the error', t => {
  const cause = new Error('boom')
  const findings = createFindings(FILE, () => undefined)
  findings.add([], 'fails', { cause })
  t.is(t.throws(() => findings.throwIfErrors())?.cause, cause)
})

function gatherOne(path: readonly string[], message: string): DefinitionError['findings'] {
  const findings = createFindings(FILE, () => undefined)
  findings.add(path, message)
  return findings.all
}
