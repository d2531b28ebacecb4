import test from 'ava'
import installApplication from '../src/programs/install-application.ts'
import installPackage from '../src/programs/install-package.ts'
import restartComputer from '../src/programs/restart-computer.ts'
import runCommandLine from '../src/programs/run-command-line.ts'
import { fakeContext } from './fake-context.ts'

const entry = (install: string, more: object = {}) => ({ install, successCodes: [0, 3010], dependencies: [], ...more })
const applications = {
  editor: entry('install editor', { dependencies: ['library'], detect: 'is there editor' }),
  library: entry('install library'),
  broken: entry('install broken'),
  a: entry('a', { dependencies: ['b'] }),
  b: entry('b', { dependencies: ['a'] }),
}

test('applications are installed after those that they depend on, and not twice', async t => {
  const context = fakeContext({
    catalogue: { applications },
    play: (_, [line]) => ({ exitCode: line === 'install library' ? 3010 : line === 'is there editor' ? 1 : 0 }),
  })
  t.is(await installApplication.run({ applications: ['editor', 'library'], continueOnError: false }, context), 3010)
  t.deepEqual(
    context.ran.map(({ args }) => args[0]),
    ['install library', 'is there editor', 'install editor'],
  )
  t.is(context.variables.get('_TSAppInstallStatus'), 'Success')
})

test('one that is installed already is left alone; one that fails ends the step unless it continues', async t => {
  const play = (_: string, [line]: readonly string[]) => ({ exitCode: line === 'install broken' ? 5 : 0 })
  const there = fakeContext({ catalogue: { applications }, play })
  await installApplication.run({ applications: ['editor'], continueOnError: false }, there)
  t.false(there.ran.some(({ args }) => args[0] === 'install editor'))
  t.is(await installApplication.run({ applications: ['broken', 'library'], continueOnError: false }, there), 5)
  t.is(there.variables.get('_TSAppInstallStatus'), 'Error')
  t.is(await installApplication.run({ applications: ['broken', 'library'], continueOnError: true }, there), 0)
  t.is(there.variables.get('_TSAppInstallStatus'), 'Warning')
  await t.throwsAsync(installApplication.run({ applications: ['a'], continueOnError: false }, there), {
    message: /depend on each other: a -> b -> a/,
  })
})

test('a program of a package runs in a copy of its files; one that is not there is named', async t => {
  const context = fakeContext({ catalogue: { packages: { tools: { programs: { setup: './setup' } } } } })
  await installPackage.run({ package: 'tools', program: 'setup' }, context)
  t.deepEqual(context.ran[0]?.args, ['./setup', '/copy'])
  await t.throwsAsync(installPackage.run({ package: 'tools', program: 'sutup' }, context), {
    message: /no program "sutup"; it has setup/,
  })
})

test('a command keeps what it prints, and its exit code', async t => {
  const context = fakeContext({ play: () => ({ exitCode: 3, output: ' out \n' }) })
  t.is(await runCommandLine.run({ command: 'x', outputVariable: 'OUT' }, context), 3)
  t.is(context.variables.get('OUT'), 'out')
})

test('a restart goes on here, or where it says', async t => {
  const context = fakeContext()
  await restartComputer.run({}, context)
  await restartComputer.run({ into: 'installedSystem' }, context)
  t.deepEqual(context.restarts, ['bootImage', 'installedSystem'])
})
