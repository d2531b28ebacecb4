import agent from '@bootwright/agent-bundle'
import { readText, type Tree } from '@bootwright/bytes'
import {
  DESCRIPTOR_PATH,
  decodeEnvironment,
  ENVIRONMENT_PATH,
  readContent,
  SEALED_ENVIRONMENT_PATH,
  STEPS_PATH,
} from '@bootwright/medium-format'
import steps from '@bootwright/steps'
import { decodeSequence } from '@bootwright/task-sequence/run'
import { fakeBootImage, type Harness, harness, memoryTarget } from '@bootwright/testkit'
import test from 'ava'
import plugin from '../src/index.ts'

const SEQUENCE = `
name: Deploy
variables: { OSDComputerName: PC1, Own: sequence }
operatingSystemImages: { system: ./system.img }
packages: { tools: { source: ./tools, programs: { setup: ./setup } } }
steps:
  - applyOperatingSystemImage: system
  - runCommandLine: echo %OSDComputerName%
  - setTaskSequenceVariable: { name: Key, value: { secret: { env: KEY } } }
  - installPackage: { package: tools, program: setup }
`
const files = { 'deploy.yaml': SEQUENCE, 'system.img': 'an image', 'tools/setup': '#!/bin/sh\n', 'extra/more': 'more' }

const open = (options: object = {}, more: Readonly<Record<string, string>> = {}) => {
  const target = memoryTarget()
  return harness({
    plugins: [plugin, agent, steps, fakeBootImage(), target.plugin],
    definition: {
      media: {
        deploy: {
          type: 'standalone',
          taskSequence: 'deploy.yaml',
          bootImage: { plain: {} },
          targets: [{ memory: {} }],
          variables: { Own: 'medium' },
          ...options,
        },
      },
    },
    files: { ...files, ...more },
    env: { KEY: 'Tr0ub4dor', PASSWORD: 'correct horse' },
  })
}
const planned = async (kernel: Harness): Promise<Tree> => (await kernel.session.plan())[0]!.tree
const text = async (tree: Tree, path: string): Promise<string> => {
  const entry = tree.get(path)
  if (entry?.kind !== 'file') throw new Error(`no file ${path}; there are ${[...tree.keys()].join(', ')}`)
  return await readText(entry.content)
}

test('a medium carries the sequence, its contents, the extras, and the programs of the steps that it uses', async t => {
  await using kernel = await open({ packages: { extra: './extra' }, validTo: '2027-01-01' })
  const tree = await planned(kernel)
  const environment = decodeEnvironment(Buffer.from(await text(tree, ENVIRONMENT_PATH)))
  const sequence = decodeSequence(environment.taskSequence)
  t.deepEqual(
    sequence.nodes.map(({ name }) => name),
    ['Apply Operating System Image', 'Run Command Line', 'Set Task Sequence Variable', 'Install Package'],
  )
  t.like(sequence.nodes[2], { options: { value: { secret: 'Tr0ub4dor' } } })
  t.is(environment.variables.Own?.value, 'medium')
  t.is(environment.variables.OSDComputerName?.value, 'PC1')
  t.is(environment.variables._SMSTSMediaType?.value, 'FullMedia')
  t.is(environment.management, undefined)
  const items = await readContent(async path => (tree.has(path) ? Buffer.from(await text(tree, path)) : undefined))
  t.deepEqual(
    items.map(({ kind, name }) => `${kind} ${name}`),
    ['operatingSystemImage system', 'package extra', 'package tools'],
  )
  t.regex(await text(tree, DESCRIPTOR_PATH), /"validTo": "2027-01-01T00:00:00Z"/)
  const programs = await text(tree, STEPS_PATH)
  t.regex(programs, /installPackage/)
  t.notRegex(programs, /formatAndPartitionDisk/)
})

test('secrets of a sequence without a password are warned about', async t => {
  const warnings = async (options: object): Promise<string[]> => {
    await using kernel = await open(options)
    const found = await kernel.session.check()
    return found.filter(({ severity }) => severity === 'warning').map(({ message }) => message)
  }
  t.regex(
    (await warnings({})).join(),
    /the secrets of the step "Set Task Sequence Variable", because it has no password/,
  )
  t.deepEqual(await warnings({ password: { env: 'PASSWORD' } }), [])
})

test('a password seals the sequence', async t => {
  await using kernel = await open({ password: { env: 'PASSWORD' } })
  const tree = await planned(kernel)
  t.true(tree.has(SEALED_ENVIRONMENT_PATH) && !tree.has(ENVIRONMENT_PATH))
  for (const [path, entry] of tree)
    if (entry.kind === 'file') t.false((await readText(entry.content)).includes('Tr0ub4dor'), path)
})

for (const [what, options, more, pattern] of [
  [
    'a mistake in the sequence',
    {},
    { 'deploy.yaml': SEQUENCE.replace('runCommandLine', 'runComandLine') },
    /deploy\.yaml:8:\d+ steps\[1\]: no step "runComandLine"; did you mean "runCommandLine"/,
  ],
  [
    'an image that is missing',
    {},
    { 'deploy.yaml': SEQUENCE.replace('./system.img', './gone.img') },
    /gone\.img, the source of "system", does not exist/,
  ],
  [
    'a content for another architecture',
    {},
    { 'deploy.yaml': SEQUENCE.replace('./system.img', '{ source: ./system.img, architecture: arm64 }') },
    /"system" is for arm64, but the medium is for x64/,
  ],
  [
    'a name for two contents',
    { packages: { tools: './extra' } },
    {},
    /"tools" is \.\/extra here and .*tools in the task sequence/,
  ],
  ['a time that is over', { validTo: '2026-01-01' }, {}, /is in the past/],
  ['a time that is none', { validFrom: '2027-02-01', validTo: '2027-01-01' }, {}, /must be later than validFrom/],
  ['a sequence that is missing', { taskSequence: 'gone.yaml' }, {}, /gone\.yaml is missing/],
] as const)
  test(`${what} is refused before anything is made`, async t => {
    await using kernel = await open(options, more as Readonly<Record<string, string>>)
    const found = await kernel.session.check()
    const errors = found.filter(({ severity }) => severity === 'error').map(({ message }) => message)
    t.regex(errors.join('\n'), pattern)
    t.is(errors.length, 1)
  })
