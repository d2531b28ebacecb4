import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import test from 'ava'
import { openConnection, withAccount } from '../../src/index.ts'

interface Registry extends AsyncDisposable {
  readonly url: string
  readonly requests: readonly string[]
}
/** A registry that requires tokens, and an account for them when a password is given. */
async function openRegistry(password?: string): Promise<Registry> {
  const requests: string[] = []
  const server = createServer((request, response) => {
    const { authorization = '', host } = request.headers
    requests.push(`${request.url} ${authorization}`)
    if (request.url!.startsWith('/token')) {
      const expected = password && `Basic ${Buffer.from(`lab:${password}`).toString('base64')}`
      if (expected && authorization !== expected) return void response.writeHead(401).end()
      return void response.end(JSON.stringify({ token: 'opaque' }))
    }
    if (authorization === 'Bearer opaque') return void response.end('blob')
    const challenge = `Bearer realm="http://${host}/token",service="lab",scope="repository:lab:pull"`
    response.writeHead(401, { 'www-authenticate': challenge }).end()
  })
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  const address = server.address() as { readonly port: number }
  return {
    url: `http://127.0.0.1:${address.port}/v2/lab/blobs/one`,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
    },
  }
}

test('a registry that requires a token gets it, requested once for each repository, with and without an account', async t => {
  for (const password of [undefined, 'Tr0ub4dor']) {
    await using registry = await openRegistry(password)
    using connection = withAccount(
      openConnection({ authorities: [] }),
      password === undefined ? undefined : { username: 'lab', password },
    )
    for (const round of [1, 2]) {
      const response = await connection.send(registry.url, { method: 'GET' })
      t.is(await text(response), 'blob', `${round}`)
    }
    t.deepEqual(
      registry.requests.map(each => each.split(' ')[0]),
      [
        '/v2/lab/blobs/one',
        '/token?service=lab&scope=repository%3Alab%3Apull',
        '/v2/lab/blobs/one',
        '/v2/lab/blobs/one',
      ],
    )
  }
})

test('a wrong account fails with the status of the token server', async t => {
  await using registry = await openRegistry('Tr0ub4dor')
  using connection = withAccount(openConnection({ authorities: [] }), { username: 'lab', password: 'wrong' })
  await t.throwsAsync(connection.send(registry.url, { method: 'GET' }), {
    message: /did not issue a token \(status 401\)/,
  })
})
