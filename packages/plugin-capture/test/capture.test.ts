import agent from '@bootwright/agent-bundle'
import { readText, type Tree } from '@bootwright/bytes'
import { decodeEnvironment, ENVIRONMENT_PATH, PREPARE_COMMAND_PATH, STEPS_PATH } from '@bootwright/medium-format'
import steps from '@bootwright/steps'
import { decodeSequence } from '@bootwright/task-sequence/run'
import { commandFaults } from '@bootwright/test-support'
import { fakeBootImage, harness, memoryTarget } from '@bootwright/testkit'
import test from 'ava'
import plugin from '../src/index.ts'

const open = (options: object = {}, plugins = [steps]) => {
  const target = memoryTarget()
  return harness({
    plugins: [plugin, agent, ...plugins, fakeBootImage(), target.plugin],
    definition: {
      media: { capture: { type: 'capture', bootImage: { plain: {} }, targets: [{ memory: {} }], ...options } },
    },
  })
}
const text = async (tree: Tree, path: string): Promise<string> => {
  const entry = tree.get(path)
  if (entry?.kind !== 'file') throw new Error(`no file ${path}`)
  return await readText(entry.content)
}

test('a medium prepares and captures, with the words that it was given', async t => {
  const image = { name: 'Debian', version: '7', creator: 'The lab' }
  await using kernel = await open({ destination: { volume: 'LABEL=IMAGES', path: 'a/debian.wim' }, image })
  const { tree } = (await kernel.session.plan())[0]!
  const { taskSequence, variables } = decodeEnvironment(Buffer.from(await text(tree, ENVIRONMENT_PATH)))
  const { nodes } = decodeSequence(taskSequence)
  t.deepEqual(
    nodes.map(node => node.kind === 'step' && node.type),
    ['prepareForCapture', 'captureOperatingSystemImage'],
  )
  t.like(nodes[1], {
    options: { ...image, destination: { volume: 'LABEL=IMAGES', path: 'a/debian.wim' }, overwrite: false },
  })
  t.is(variables._SMSTSMediaType?.value, 'CaptureMedia')
  t.regex(await text(tree, STEPS_PATH), /captureOperatingSystemImage/)
  t.deepEqual(commandFaults(await text(tree, PREPARE_COMMAND_PATH)), [])
})

test('without preparing, the system stays as it is', async t => {
  await using kernel = await open({ prepare: false })
  const { tree } = (await kernel.session.plan())[0]!
  const { taskSequence } = decodeEnvironment(Buffer.from(await text(tree, ENVIRONMENT_PATH)))
  t.is(decodeSequence(taskSequence).nodes.length, 1)
  t.false(tree.has(PREPARE_COMMAND_PATH))
})

for (const share of ['\\\\server\\images', '//server/images', 'nas:/images', '[2001:db8::1]:/'])
  test(`an image may go to ${share}`, async t => {
    await using kernel = await open({ destination: { share, path: 'debian.wim' } })
    t.deepEqual(await kernel.session.check(), [])
  })

for (const [what, options, plugins, pattern] of [
  ['an unattended medium that would have to ask', { unattended: true }, [steps], /cannot prompt for the destination/],
  ['a definition without the steps', {}, [], /add it to plugins/],
] as const)
  test(`${what} is refused`, async t => {
    await using kernel = await open(options, [...plugins])
    const errors = (await kernel.session.check()).filter(({ severity }) => severity === 'error')
    t.regex(errors.map(({ message }) => message).join('\n'), pattern)
  })

test('a place that leads out of the volume is refused when the definition is read', async t => {
  await t.throwsAsync(open({ destination: { volume: 'LABEL=X', path: '../x.wim' } }), { message: /ends in \.wim/ })
})
