import { openConnection, type RequiredCaller, ROUTES } from '@bootwright/site-protocol'
import { openTestSite } from '@bootwright/test-support/site'
import test from 'ava'

const DIGEST = `sha256:${'a'.repeat(64)}`

/** Every route of the server with the caller that it requires. */
const REQUIRED: readonly (readonly [RequiredCaller, 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', string])[] = [
  ...Object.values(ROUTES).map(
    ({ caller, method, path }) => [caller, method, path.replaceAll(/\{\w+\}/g, 'lab')] as const,
  ),
  ['anyone', 'GET', '/'],
  ['anyone', 'GET', '/page/page.css'],
  ['anyone', 'DELETE', '/v1/session'],
  ['anyone', 'GET', '/v1/openapi.json'],
  ['viewer', 'GET', '/v1/overview/events'],
  ['medium', 'GET', '/v2/'],
  ['medium', 'GET', `/v2/content/blobs/${DIGEST}`],
  ['medium', 'HEAD', `/v2/content/blobs/${DIGEST}`],
  ['administrator', 'DELETE', `/v2/content/blobs/${DIGEST}`],
  ['administrator', 'POST', '/v2/content/blobs/uploads/'],
  ['administrator', 'PATCH', '/v2/content/blobs/uploads/x'],
  ['administrator', 'PUT', '/v2/content/blobs/uploads/x'],
  ['administrator', 'GET', '/v2/content/tags/list'],
  ['administrator', 'GET', '/v2/content/manifests/lab'],
  ['administrator', 'HEAD', '/v2/content/manifests/lab'],
  ['administrator', 'PUT', '/v2/content/manifests/lab'],
  ['administrator', 'DELETE', '/v2/content/manifests/lab'],
]

test('every route refuses callers other than the required one', async t => {
  await using lab = await openTestSite()
  const { authorities } = lab.access
  using anonymous = openConnection({ authorities })
  using medium = openConnection({ authorities, identity: await lab.identity() })
  for (const [caller, method, path] of REQUIRED) {
    const statusOf = async (connection: typeof medium): Promise<number> => {
      const response = await connection.send(`${lab.url}${path}`, { method })
      response.resume()
      return response.statusCode!
    }
    const isRefused = (status: number): boolean => status === 401 || status === 403
    t.is(isRefused(await statusOf(anonymous)), caller !== 'anyone', `${method} ${path}, without a certificate`)
    const isForMedia = caller === 'anyone' || caller === 'medium'
    t.is(isRefused(await statusOf(medium)), !isForMedia, `${method} ${path}, with that of a medium`)
  }
})
