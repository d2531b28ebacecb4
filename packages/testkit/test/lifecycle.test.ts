import { createHash, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { API_VERSION, type BuildContext, definePlugin, type Plugin, type PluginHooks, Stage } from '@bootwright/api'
import { fromMemory, readText, type Tree } from '@bootwright/bytes'
import test from 'ava'
import { anySchema, fakeBootImage, fakeMediaType, harness, memoryTarget } from '../src/index.ts'

const lab = { type: 'plain', targets: ['memory'] }
const tapping = (tap: (hooks: PluginHooks) => void): Plugin =>
  definePlugin({ name: 'taps', apiVersion: API_VERSION, setup: ({ hooks }) => tap(hooks) })
/** A signer whose signature is `text`; undefined means a pending external signature. */
const signing = (text: string | undefined, certificates: readonly Uint8Array[] = []): Plugin =>
  definePlugin({
    name: 'signs',
    apiVersion: API_VERSION,
    setup: ({ contribute }) =>
      contribute('signer', 'stamp', [], () => ({
        schema: anySchema,
        open: async () => ({
          certificates,
          prepare: async document => ({
            ...document,
            toBeSigned: document.content,
            digest: '',
            placeholder: Buffer.from('later'),
          }),
          sign: async () => (text === undefined ? undefined : Buffer.from(text)),
          attach: async (_, signature) => signature,
        }),
      })),
  })
const MANIFEST = 'bootwright/manifest.json'
const textOf = async (tree: Tree, path: string): Promise<string> => {
  const entry = tree.get(path)
  return entry?.kind === 'file' ? await readText(entry.content) : ''
}
const open = (plugins: readonly Plugin[], medium: object = lab) =>
  harness({ plugins: [fakeMediaType(), memoryTarget().plugin, ...plugins], definition: { media: { lab: medium } } })

test('taps run by stage, and the kernel runs first among the normal ones', async t => {
  const order: string[] = []
  const note = (name: string) => (context: BuildContext) => void order.push(`${name} ${context.tree.size}`)
  await using kit = await open([
    tapping(({ package: phase }) => {
      phase.tap({ name: 'late', stage: Stage.late }, note('late'))
      phase.tap('normal', note('normal'))
      phase.tap({ name: 'early', stage: Stage.early }, note('early'))
    }),
  ])
  await kit.session.plan()
  t.deepEqual(order, ['early 0', 'normal 1', 'late 1'])
})
test('a file added in sign is in the image and in the manifest, and the signature is beside it', async t => {
  const target = memoryTarget()
  await using kit = await harness({
    plugins: [
      fakeMediaType(),
      target.plugin,
      signing('signed'),
      tapping(hooks =>
        hooks.sign.tap('add', ({ tree }) => {
          tree.set('added', { kind: 'file', content: fromMemory('later') })
        }),
      ),
    ],
    definition: { media: { lab: { ...lab, serial: 7, signers: ['stamp'] } } },
  })
  const [planned] = await kit.session.plan()
  const paths = ['readme.txt', 'added', MANIFEST, `${MANIFEST}.p7s`]
  t.deepEqual([...planned!.tree.keys()], paths)
  const manifest = await textOf(planned!.tree, MANIFEST)
  t.like(JSON.parse(manifest), {
    formatVersion: 1,
    id: planned!.medium.id,
    serial: 7,
    files: [
      { path: 'added', size: 5, sha256: createHash('sha256').update('later').digest('hex') },
      { path: 'readme.txt', size: 6, sha256: createHash('sha256').update('hello\n').digest('hex') },
    ],
    systemPartition: [],
  })
  t.is(await textOf(planned!.tree, `${MANIFEST}.p7s`), 'signed')
  const [image] = planned!.images
  t.is(image!.parts[0]!.bytes.size, `${paths.join('\n')}\nbootwright\nhello\nlatersigned${manifest}`.length)
})
for (const run of ['plan', 'build'] as const) {
  test(`a late tap of sign sees the signed manifest and the final images in a ${run}`, async t => {
    const seen: { manifest: string; signature: string; size: number }[] = []
    const look = async ({ tree, images }: BuildContext): Promise<void> => {
      const size = images[0]!.parts[0]!.bytes.size
      seen.push({ manifest: await textOf(tree, MANIFEST), signature: await textOf(tree, `${MANIFEST}.p7s`), size })
    }
    const looking = tapping(hooks => hooks.sign.tapPromise({ name: 'look', stage: Stage.late }, look))
    await using kit = await open([signing('signed'), looking], { ...lab, signers: ['stamp'] })
    const [medium] = await kit.session[run]()
    const manifest = await textOf(medium!.tree, MANIFEST)
    t.deepEqual(seen, [{ manifest, signature: 'signed', size: medium!.images[0]!.parts[0]!.bytes.size }])
    t.deepEqual(
      JSON.parse(manifest).files.map(({ path }: { readonly path: string }) => path),
      ['readme.txt'],
    )
  })
  for (const [what, change] of [
    ['adds', ({ tree }) => void tree.set('new', { kind: 'file', content: fromMemory('x') })],
    ['replaces', ({ tree }) => void tree.set('readme.txt', { kind: 'file', content: fromMemory('x') })],
    ['deletes', ({ tree }) => void tree.delete('readme.txt')],
    ['deletes all', ({ tree }) => void tree.clear()],
  ] as const satisfies readonly (readonly [string, (context: BuildContext) => void])[])
    test(`a late tap of sign that ${what} files in a ${run} is refused under its name`, async t => {
      const changes = tapping(hooks => hooks.sign.tap({ name: 'change', stage: Stage.late }, change))
      await using kit = await open([changes])
      t.like(await t.throwsAsync(kit.session[run]()), { plugin: 'taps', where: 'sign', cause: { code: 'SIGNED' } })
    })
}
test('a pending external signature does not stop a plan, and stops a build with SIGNATURE_PENDING', async t => {
  await using kit = await open([signing(undefined)], { ...lab, signers: ['stamp'] })
  const [planned] = await kit.session.plan()
  t.is(await textOf(planned!.tree, `${MANIFEST}.p7s`), 'later')
  t.like(await t.throwsAsync(kit.session.build()), { code: 'SIGNATURE_PENDING', medium: 'lab' })
})
test('a boot image trusts the signers of its own medium', async t => {
  const pem = readFileSync(new URL('../../../examples/bootable/root.pem', import.meta.url), 'utf8')
  const { raw: certificate } = new X509Certificate(pem)
  const trusts: unknown[] = []
  const image: Plugin = definePlugin({
    name: 'boots',
    apiVersion: API_VERSION,
    setup: ({ contribute }) =>
      contribute('bootImage', 'listening', [], () => ({
        schema: anySchema,
        platform: 'linux',
        resolve: async ({ architecture }) => ({
          description: '',
          architecture,
          date: new Date(0),
          async assemble({ trust }) {
            trusts.push(JSON.parse(Buffer.from(trust).toString()))
            return { tree: new Map() }
          },
        }),
      })),
  })
  const plan = async (medium: object): Promise<void> => {
    await using kit = await open([image, signing('signed', [certificate])], {
      ...lab,
      bootImage: 'listening',
      ...medium,
    })
    await kit.session.plan()
  }
  await plan({})
  await plan({ signers: ['stamp'] })
  await plan({ signers: ['stamp'], unsigned: 'run' })
  const certificates = [new X509Certificate(pem).toString()]
  t.deepEqual(trusts, [
    { formatVersion: 1, certificates: [], unsigned: 'run' },
    { formatVersion: 1, certificates, unsigned: 'refuse' },
    { formatVersion: 1, certificates, unsigned: 'run' },
  ])
})
test('`unsigned: refuse` without signers is refused', async t => {
  const error = await t.throwsAsync(open([], { ...lab, unsigned: 'refuse' }))
  t.regex(error!.message, /add `signers`/)
})
test('the serial does not change the id', async t => {
  const idOf = async (serial: number): Promise<string> => {
    await using kit = await open([], { ...lab, serial })
    return (await kit.session.plan())[0]!.medium.id
  }
  t.is(await idOf(1), await idOf(2))
})
test('the date comes from the definition or the boot image, and is never before 1980', async t => {
  const dateOf = async (medium: object, date?: Date): Promise<string | undefined> => {
    await using kit = await open([fakeBootImage({}, date && { date })], medium)
    return (await kit.session.plan())[0]?.date.toISOString()
  }
  const withImage = { ...lab, bootImage: 'plain' }
  t.is(await dateOf({ ...withImage, date: '2030-01-02' }), '2030-01-02T00:00:00.000Z')
  t.is(await dateOf(withImage), '2026-01-02T03:04:06.000Z')
  t.is(await dateOf(withImage, new Date(0)), '1980-01-01T00:00:00.000Z')
  t.is(await dateOf(lab), '1980-01-01T00:00:00.000Z')
})
test('a boot image for another architecture is refused, and both architectures are named', async t => {
  await using kit = await open([fakeBootImage({}, { architecture: 'arm64' })], { ...lab, bootImage: 'plain' })
  const error = await t.throwsAsync(kit.session.plan())
  t.like(error, { plugin: 'testkit-plain-boot-image', cause: { code: 'BOOT_IMAGE_ARCHITECTURE', medium: 'lab' } })
  t.regex(error!.message, /x64.*arm64/)
})
test('a file that already exists on the medium is refused', async t => {
  await using kit = await open([
    tapping(hooks =>
      hooks.package.tap('forge', ({ tree }) => {
        tree.set(MANIFEST, { kind: 'file', content: fromMemory('mine') })
      }),
    ),
  ])
  t.like(await t.throwsAsync(kit.session.plan()), { code: 'TREE_CLASH' })
})
test('a tap of write cannot change a signed medium', async t => {
  await using kit = await open([
    tapping(hooks => hooks.write.tap({ name: 'late', stage: Stage.early }, ({ tree }) => tree.delete('readme.txt'))),
  ])
  t.like(await t.throwsAsync(kit.session.build()), { plugin: 'taps', where: 'write', cause: { code: 'SIGNED' } })
})
for (const [what, image, written, code] of [
  ['plans no image', [], [], 'NO_IMAGE'],
  ['writes less than it planned', ['a', 'b'], ['a'], 'NOT_WRITTEN'],
] as const)
  test(`a target that ${what} is refused under its name`, async t => {
    const careless = definePlugin({
      name: 'careless',
      apiVersion: API_VERSION,
      setup: ({ contribute }) =>
        contribute('target', 'careless', [], () => ({
          schema: anySchema,
          outputs: () => [],
          plan: () => ({ parts: image.map(destination => ({ destination, bytes: fromMemory('x') })), facts: {} }),
          write: async () => written.map(destination => ({ destination, size: 1 })),
        })),
    })
    await using kit = await open([careless], { ...lab, targets: ['careless'] })
    t.like(await t.throwsAsync(kit.session.build()), { plugin: 'careless', cause: { code } })
  })
test('outputs that clash are found before any work, even with a medium that is not built', async t => {
  const files = definePlugin({
    name: 'files',
    apiVersion: API_VERSION,
    setup: ({ contribute }) =>
      contribute('target', 'file', [], () => ({
        schema: anySchema,
        outputs: ({ file }: { readonly file: string }, { folder }) => [`${folder}/${file}`],
        plan: () => ({ parts: [], facts: {} }),
        write: async () => [],
      })),
  })
  await using kit = await harness({
    plugins: [fakeMediaType(), files],
    definition: {
      media: {
        one: { type: 'plain', targets: [{ file: { file: 'out/a' } }] },
        two: { type: 'plain', targets: [{ file: { file: 'OUT/./A' } }] },
      },
    },
  })
  const error = await t.throwsAsync(kit.session.build(['two']))
  t.like(error, { code: 'DEFINITION', findings: [{ path: ['media', 'two', 'targets', 0, 'file'] }] })
  t.regex(error!.message, /"one"/)
  t.deepEqual(kit.phases(), [])
})
test('an interruption is passed on unchanged, stops further calls, and runs disposers', async t => {
  const interruption = new AbortController()
  const seen: string[] = []
  const plugin = definePlugin({
    name: 'interrupts',
    apiVersion: API_VERSION,
    setup({ hooks, onDispose }) {
      onDispose(() => void seen.push('closed'))
      hooks.prestart.tap('interrupt', () => interruption.abort(new Error('stop')))
      hooks.package.tap('later', () => void seen.push('package'))
    },
  })
  {
    await using kit = await harness({
      plugins: [fakeMediaType(), memoryTarget().plugin, plugin],
      definition: { media: { lab } },
      signal: interruption.signal,
    })
    t.is((await t.throwsAsync(kit.session.build()))?.message, 'stop')
  }
  t.deepEqual(seen, ['closed'])
})
