import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { formatFinding } from '@bootwright/diagnostics'
import { scratch } from '@bootwright/test-support'
import test from 'ava'
import { compileSequence, usedContents, validateFor, validateSequence } from '../src/index.ts'
import { lookup } from './fake-steps.ts'

async function validated(text: string, others: Readonly<Record<string, string>> = {}) {
  const folder = scratch()
  for (const [name, content] of Object.entries({ 'main.yaml': text, ...others })) {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), content)
  }
  const { sequence, findings } = await validateSequence(join(folder, 'main.yaml'), lookup)
  return { folder, sequence, messages: findings.map(finding => formatFinding(finding)) }
}

test('steps and groups become one list, in the order in which they run', async t => {
  const { sequence, messages } = await validated(`
name: Deploy
steps:
  - run: { command: first }
  - name: Middle
    continueOnError: true
    group:
      - name: inner
        timeout: 15m
        retry: 2
        run: { command: second }
      - disabled: true
        run: { command: never }
  - run: { command: last }
`)
  t.deepEqual(messages, [])
  t.deepEqual(
    sequence!.nodes.map(node => [node.kind, node.name, node.kind === 'group' ? node.end : node.options]),
    [
      ['step', 'Run', { command: 'first' }],
      ['group', 'Middle', 3],
      ['step', 'inner', { command: 'second' }],
      ['step', 'Run', { command: 'last' }],
    ],
  )
  t.like(sequence!.nodes[2], { timeout: 900, retry: { count: 2, delay: 15 } })
})

test('every mistake is said at once, with its place and what was probably meant', async t => {
  const { sequence, messages } = await validated(`
name: Deploy
stepz: []
steps:
  - rum: { command: x }
  - run: { comand: x }
  - run: { command: x }
    timeout: soon
  - run: { command: x }
    apply: { image: a }
  - just text
  - name: nothing else
`)
  t.is(sequence, undefined)
  const all = messages.join('\n')
  for (const part of [
    /main\.yaml:3:1 stepz: unknown key "stepz"; did you mean "steps"/,
    /main\.yaml:5:5 steps\[0\]: no step "rum"; did you mean "run"/,
    /main\.yaml:6:\d+ steps\[1\]\.run\.comand: unknown key "comand"; did you mean "command"/,
    /main\.yaml:8:\d+ steps\[2\]\.timeout: expected a time such as 90s, 15m or 2h/,
    /steps\[3\]: one entry is one step, found run and apply/,
    /steps\[4\]: expected a step or a group, found text/,
    /steps\[5\]: this says no step; known: group, runTaskSequence, run, apply/,
  ])
    t.regex(all, part)
})

test('what is referred to has to be there', async t => {
  const text = 'name: A\noperatingSystemImages: { debian: ./debian.wim }\nsteps:\n  - apply: { image: debain }\n'
  const [message] = (await validated(text)).messages
  t.regex(message!, /:4:\d+ steps\[0\]\.apply\.image: no "debain" under operatingSystemImages; did you mean "debian"/)
})

test('a child stands where it is run, with its contents, and a ring is refused', async t => {
  const { folder, sequence, messages } = await validated(
    'name: Parent\nsteps:\n  - name: Child\n    runTaskSequence: sub/child.yaml\n  - run: { command: after }\n',
    {
      'sub/child.yaml':
        'name: C\noperatingSystemImages: { debian: ./debian.wim }\nsteps:\n  - apply: { image: debian }\n',
    },
  )
  t.deepEqual(messages, [])
  t.deepEqual(
    sequence!.nodes.map(({ name }) => name),
    ['Child', 'Apply', 'Run'],
  )
  t.is(sequence!.operatingSystemImages.debian!.source, join(folder, 'sub/debian.wim'))
  const ring = await validated('name: A\nsteps:\n  - runTaskSequence: b.yaml\n', {
    'b.yaml': 'name: B\nsteps:\n  - runTaskSequence: main.yaml\n',
  })
  t.regex(ring.messages.join(), /b\.yaml:3:\d+ steps\[0\]\.runTaskSequence: .*main\.yaml would run itself/)
})

test('a file that is missing or no sequence is said', async t => {
  t.regex(
    (await validated('name: A\nsteps:\n  - runTaskSequence: gone.yaml\n')).messages.join(),
    /gone\.yaml is missing/,
  )
  t.regex(
    (await validated('[1, 2]')).messages.join(),
    /expected a task sequence: a map with name and steps, found a list/,
  )
  t.regex((await validated('a: [')).messages.join(), /main\.yaml:\d+:\d+/)
})

test('steps that cannot run where the medium does are named, unless a condition keeps them from it', async t => {
  const { sequence } = await validated(`
name: Deploy
operatingSystemImages: { debian: ./debian.wim }
steps:
  - connect:
  - apply: { image: debian }
  - condition: { platform: linux }
    group:
      - apply: { image: debian }
`)
  const place = { platform: 'windows', architecture: 'x64', media: 'standalone media', has: [] } as const
  const found = validateFor(sequence!, lookup, place).map(finding => formatFinding(finding))
  t.is(found.length, 2)
  t.regex(found[0]!, /steps\[0\]: the step "Connect" \(Connect\) needs a network, which standalone media have not/)
  t.regex(found[1]!, /steps\[1\]: the step "Apply" \(Apply\) runs on linux, and the boot image is windows/)
})

test('what is used is found through the dependencies of applications; secrets are put in when it is compiled', async t => {
  const { sequence } = await validated(`
name: Deploy
applications:
  editor: { source: ./editor, install: make install, dependencies: [library] }
  library: { source: ./library, install: make install }
  unused: { source: ./unused, install: make install }
steps:
  - install: { application: editor }
  - run: { command: x, password: { secret: { env: P } } }
`)
  t.deepEqual(
    usedContents(sequence!, sequence!).map(({ name }) => name),
    ['editor', 'library'],
  )
  const compiled = await compileSequence(sequence!, sequence!, async reference => `<${JSON.stringify(reference)}>`)
  t.like(compiled.nodes[0], { content: [{ name: 'editor' }, { name: 'library' }] })
  t.like(compiled.nodes[1], { options: { command: 'x', password: { secret: '<{"env":"P"}>' } } })
  t.deepEqual(Object.keys(compiled.nodes[0]!).includes('finding'), false)
})

test('a sequence of 500 steps is validated without a noticeable delay', async t => {
  const steps = Array.from(
    { length: 500 },
    (_, index) => `  - { name: step ${index}, run: { command: echo ${index} } }\n`,
  )
  const text = `name: Long\nsteps:\n${steps.join('')}`
  await validated(text)
  const started = performance.now()
  const { sequence } = await validated(text)
  t.log(`${(performance.now() - started).toFixed(0)} ms`)
  t.is(sequence!.nodes.length, 500)
})

test('a dependency of an application that is not declared is refused, with its position and the probable name', async t => {
  const { sequence, messages } = await validated(`
name: A
applications:
  office: { source: ., install: setup, dependencies: [runtime, visio] }
  runtimes: { source: ., install: setup }
  visio: { source: ., install: setup }
steps: []
`)
  t.is(sequence, undefined)
  t.is(messages.length, 1)
  t.regex(
    messages[0]!,
    /:4:\d+ applications\.office\.dependencies\[0\]: no "runtime" under applications; did you mean "runtimes"/,
  )
})
test('applications that depend on each other are refused, with the chain', async t => {
  const text = (c: string): string => `
name: A
applications:
  a: { source: ., install: setup, dependencies: [b] }
  b: { source: ., install: setup, dependencies: [c] }
  c: { source: ., install: setup, dependencies: [${c}] }
  d: { source: ., install: setup, dependencies: [d] }
steps: []
`
  const { sequence, messages } = await validated(text('a'))
  t.is(sequence, undefined)
  t.is(messages.length, 2)
  t.regex(
    messages[0]!,
    /:6:\d+ applications\.c\.dependencies\[0\]: applications depend on each other: a -> b -> c -> a/,
  )
  t.regex(messages[1]!, /:7:\d+ applications\.d\.dependencies\[0\]: applications depend on each other: d -> d/)
  t.is((await validated(text(''))).messages.length, 1)
})
