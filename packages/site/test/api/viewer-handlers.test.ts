import { computer, NOW, openTestSite, published } from '@bootwright/test-support/site'
import test from 'ava'
import { declaration, deployment } from '../lab.ts'

test('lists contain computers that are declared or have contacted the site, and revisions with their deployments', async t => {
  await using lab = await openTestSite()
  const contents = [
    { kind: 'package' as const, name: 'tool', version: '2', files: [{ path: 'a', size: 5, sha256: 'b'.repeat(64) }] },
  ]
  await lab.administrator.request('publish', published())
  await lab.administrator.request('publish', published({ contents }))
  const site = declaration({
    computers: {
      'lab-17': { macAddresses: ['52-54-00-12-34-56'] },
      'lab-18': { macAddresses: ['52-54-00-12-34-57'] },
    },
    deployments: { lab: deployment, old: { ...deployment, revision: 1 } },
  })
  await lab.administrator.request('apply', { site, isTrial: false })
  const medium = await lab.medium()
  const known = await medium.request('policy', { computer: computer() })
  const stranger = computer({ uuid: '', macAddresses: ['52:54:00:00:00:01'] })
  const { client } = await medium.request('policy', { computer: stranger })
  const { computers } = await lab.administrator.request('computers', {})
  const seen = NOW.toISOString()
  t.deepEqual(
    new Set(computers),
    new Set([
      { name: 'lab-17', client: known.client, identity: computer(), seen, collections: ['allComputers'] },
      { client, identity: stranger, seen, collections: ['unknownComputers'] },
      { name: 'lab-18', collections: ['allComputers'] },
    ]),
  )
  const { sequences } = await lab.administrator.request('sequences', {})
  const common = { name: 'deploy', created: seen, platform: 'linux' as const }
  t.deepEqual(sequences, [
    {
      ...common,
      revision: 2,
      contents: [{ kind: 'package', name: 'tool', version: '2', bytes: 5 }],
      deployments: ['lab'],
    },
    { ...common, revision: 1, contents: [], deployments: ['old'] },
  ])
})
