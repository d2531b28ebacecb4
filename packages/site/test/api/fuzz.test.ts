import { randomBytes, randomUUID } from 'node:crypto'
import { text } from 'node:stream/consumers'
import { openConnection, problem, ROUTES, type Route } from '@bootwright/site-protocol'
import { computer, openTestSite, published, type TestSite } from '@bootwright/test-support/site'
import test, { type ExecutionContext } from 'ava'
import fc from 'fast-check'
import { declaration, deployment } from '../lab.ts'

const routes = Object.values(ROUTES) as readonly Route<unknown, unknown>[]

/** Returns a function that sends a request and asserts that the response is not an internal error and reveals no internals. */
async function sender(t: ExecutionContext, lab: TestSite) {
  await lab.administrator.request(
    'publish',
    published({ variables: { Hidden: { value: 'Tr0ub4dor', isSecret: true } } }),
  )
  await lab.administrator.request('apply', { site: declaration(), isTrial: false })
  const { authorities } = lab.access
  const connections = {
    medium: openConnection({ authorities, identity: await lab.identity() }),
    administrator: openConnection({ authorities, identity: lab.access }),
    anonymous: openConnection({ authorities }),
  }
  return async (
    as: keyof typeof connections,
    method: 'GET' | 'POST' | 'PUT' | 'PATCH',
    path: string,
    sent?: string,
    type = 'application/json',
  ) => {
    const headers = sent === undefined ? {} : { 'content-type': type }
    const response = await connections[as].send(`${lab.url}${path}`, {
      method,
      headers,
      ...(sent !== undefined && { body: sent }),
    })
    const body = await text(response)
    const { statusCode = 0 } = response
    t.true(statusCode < 500, `${method} ${path} ${sent?.slice(0, 200)}: ${statusCode} ${body}`)
    if (statusCode >= 400 && body !== '') t.true(problem.safeParse(JSON.parse(body)).success, body)
    t.notRegex(body, /node_modules|\.ts:\d|SQLITE|select .* from|\/tmp\//i)
    return { statusCode, body }
  }
}
const pathOf = ({ path }: Route<unknown, unknown>, words: readonly string[]): string => {
  let index = 0
  return path.replaceAll(/\{\w+\}/g, () => encodeURIComponent(words[index++ % words.length] ?? 'x'))
}

test('no request to any route causes an internal error', async t => {
  await using lab = await openTestSite()
  const send = await sender(t, lab)
  const oddBody = fc.oneof(
    fc.json(),
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.constantFrom(
      '',
      'null',
      '[]',
      '{"__proto__": {"isAdmin": true}}',
      '{"computer": {}}',
      `{"a": ${'['.repeat(10_000)}`,
    ),
  )
  const words = fc.array(fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }), { minLength: 1, maxLength: 3 })
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...routes),
      fc.constantFrom('medium', 'administrator', 'anonymous'),
      oddBody,
      words,
      async (route, as, body, names) => {
        const { statusCode } = await send(
          as,
          route.method,
          pathOf(route, names),
          route.method === 'POST' ? body : undefined,
        )
        const isForMedia = route.caller === 'anyone' || route.caller === 'medium'
        if (!isForMedia && as !== 'administrator') t.true(statusCode >= 400)
        // A path that matches no route is refused before authorization.
        if (route.caller !== 'anyone' && as === 'anonymous')
          t.true([401, 404, 414].includes(statusCode), String(statusCode))
      },
    ),
    { numRuns: 400 },
  )
})

test('an invalid manifest is refused', async t => {
  await using lab = await openTestSite()
  const send = await sender(t, lab)
  const [index, manifest] = ['index', 'manifest'].map(each => `application/vnd.oci.image.${each}.v1+json`)
  const digest = fc.oneof(fc.string(), fc.constant(`sha256:${'a'.repeat(64)}`), fc.constant('sha256:../../site.db'))
  const descriptor = fc.record({ mediaType: fc.string(), digest, size: fc.oneof(fc.integer(), fc.string()) })
  const document = fc.oneof(
    fc.json(),
    fc.record({ manifests: fc.array(descriptor) }).map(each => JSON.stringify(each)),
    fc.record({ config: descriptor, layers: fc.array(descriptor) }).map(each => JSON.stringify(each)),
  )
  await fc.assert(
    fc.asyncProperty(
      document,
      fc.constantFrom(index!, manifest!),
      fc.string({ minLength: 1 }),
      async (body, type, tag) => {
        const path = `/v2/content/manifests/${encodeURIComponent(tag)}`
        t.true((await send('medium', 'PUT', path, body, type)).statusCode >= 400)
        t.true((await send('administrator', 'PUT', path, body, type)).statusCode >= 400)
        await send('administrator', 'GET', path)
      },
    ),
    { numRuns: 200 },
  )
})

test('a request with one wrong field causes no internal error', async t => {
  await using lab = await openTestSite()
  const send = await sender(t, lab)
  const valid: Readonly<Record<string, object>> = {
    '/v1/policy': { computer: computer(), preferred: 'lab' },
    '/v1/location': { ipAddresses: ['192.0.2.1'] },
    '/v1/status': { messages: [] },
    '/v1/progress': { run: randomUUID(), client: 'x', done: 1, total: 2, unit: 'bytes', tail: ['a'] },
    '/v1/session': { code: 'x' },
    '/v1/affinity': { client: 'x', users: ['a'], mode: 'pending' },
    '/v1/deployments/lab/sequence': { client: 'x', revision: 1 },
  }
  const value = fc.oneof(
    fc.anything({ maxDepth: 2 }),
    fc.constantFrom(-1, 1e308, '\0', "' OR 1=1 --", '../../etc/passwd', '9'.repeat(5000)),
  )
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...Object.keys(valid)), fc.nat(10), value, async (path, which, replacement) => {
      const body = structuredClone(valid[path]!) as Record<string, unknown>
      const inner = (body.computer as Record<string, unknown> | undefined) ?? body
      const keys = Object.keys(inner)
      inner[keys[which % keys.length]!] = replacement
      const json = JSON.stringify(body, (_, each) => (typeof each === 'bigint' ? String(each) : each))
      await send('medium', 'POST', path, json)
    }),
    { numRuns: 400 },
  )
})

test('oversized bodies and path traversal are refused', async t => {
  await using lab = await openTestSite()
  const send = await sender(t, lab)
  t.is((await send('medium', 'POST', '/v1/policy', JSON.stringify({ computer: 'x'.repeat(5 << 20) }))).statusCode, 413)
  const digest = `sha256:${'a'.repeat(64)}`
  for (const path of [
    '/v2/content/blobs/..%2f..%2f..%2fsite.db',
    '/v2/content/blobs/sha256:../../../root.json',
    `/v2/content/blobs/${digest}/../../../../root.json`,
    '/v2/content/blobs/sha256:',
    '/v2/%00/blobs/uploads/x',
    '/v2/..%2f..%2fsite/blobs/uploads/',
    '//root.json',
    '/v1/../root.json',
    '/page/..%2f..%2froot.json',
    '/page/%00',
    `/v2/content/manifests/${digest}`,
    '/v2/content/manifests/..%2f..%2froot.json',
    '/%c0%ae%c0%ae/root.json',
  ]) {
    const { statusCode, body } = await send('medium', 'GET', path)
    t.true(statusCode >= 400, path)
    t.notRegex(body, /PRIVATE KEY/)
  }
  for (const upload of ['..%2f..%2froot.json', randomBytes(18).toString('hex'), '00000000-0000-0000-0000-000000000000'])
    for (const method of ['PATCH', 'PUT'] as const) {
      const path = `/v2/content/blobs/uploads/${upload}?digest=${digest}`
      t.true((await send('administrator', method, path, 'x', 'application/octet-stream')).statusCode >= 400)
      t.is((await send('medium', method, path, 'x', 'application/octet-stream')).statusCode, 403)
    }
})

test('a computer cannot get the task sequence or variables of another', async t => {
  await using lab = await openTestSite()
  await lab.administrator.request(
    'publish',
    published({ variables: { Hidden: { value: 'Tr0ub4dor', isSecret: true } } }),
  )
  const site = {
    name: 'P01',
    computers: { vault: { macAddresses: ['52:54:00:00:00:01'], variables: { Code: { secret: 'of-the-vault' } } } },
    collections: { vaults: { computers: ['vault'] } },
    deployments: { lab: { ...deployment, collection: 'vaults' } },
  }
  await lab.administrator.request('apply', { site, isTrial: false })
  const medium = await lab.medium()
  const vault = await medium.request('policy', {
    computer: computer({ uuid: '', macAddresses: ['52:54:00:00:00:01'] }),
  })
  t.is(vault.variables.Code?.value, 'of-the-vault')
  const { client } = await medium.request('policy', { computer: computer() })
  for (const each of [client, 'made-up'])
    await t.throwsAsync(medium.request('sequence', { id: 'lab', client: each, revision: 1 }), {
      message: /not deployed|not known to the site/,
    })
  // The UUID takes precedence, so that claiming a network card of another computer has no effect.
  const claiming = computer({ macAddresses: ['52:54:00:00:00:01'] })
  t.not((await medium.request('policy', { computer: claiming })).client, vault.client)
})
