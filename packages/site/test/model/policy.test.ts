import { computer, openTestSite, published } from '@bootwright/test-support/site'
import test from 'ava'
import { declaration, deployment, later, refused } from '../lab.ts'

test('known computers get the deployments and variables of their collections, and their own variables', async t => {
  await using lab = await openTestSite()
  await lab.administrator.request('publish', published())
  const site = declaration({
    computers: { 'lab-17': { macAddresses: ['52-54-00-12-34-56'], variables: { OSDComputerName: 'lab-17' } } },
    collections: {
      emulated: { rules: [{ make: 'qe*' }], variables: { Site: 'paris', OSDComputerName: 'overridden' } },
    },
    deployments: { lab: deployment, known: { ...deployment, collection: 'emulated', purpose: 'available' } },
  })
  await lab.administrator.request('apply', { site, isTrial: false })
  const medium = await lab.medium({ unknownComputers: false })
  const policy = await medium.request('policy', { computer: computer() })
  t.is(policy.name, 'lab-17')
  t.deepEqual(policy.variables, { Site: { value: 'paris' }, OSDComputerName: { value: 'lab-17' } })
  t.deepEqual(
    policy.deployments.map(({ id, purpose }) => [id, purpose]),
    [['known', 'available']],
  )
  const other = computer({ uuid: '', macAddresses: ['52:54:00:00:00:01'] })
  const message = await refused(t, 'COMPUTER_UNKNOWN', medium.request('policy', { computer: other }))
  t.regex(message, /unknownComputers: true/)
})

test('a hidden deployment is offered only by name, and no deployment outside its period', async t => {
  await using lab = await openTestSite()
  await lab.administrator.request('publish', published())
  const deployments = {
    hidden: { ...deployment, availableTo: 'mediaHidden' },
    clients: { ...deployment, availableTo: 'clients' },
    tomorrow: { ...deployment, from: later(1).toISOString() },
    yesterday: { ...deployment, to: later(-1).toISOString() },
  }
  await lab.administrator.request('apply', { site: declaration({ deployments }), isTrial: false })
  const medium = await lab.medium()
  const policy = await medium.request('policy', { computer: computer() })
  t.deepEqual(policy.deployments, [])
  const preferred = await medium.request('policy', { computer: computer(), preferred: 'HIDDEN' })
  t.deepEqual(
    preferred.deployments.map(({ id }) => id),
    ['hidden'],
  )
  const { client } = policy
  await refused(t, 'NOT_DEPLOYED', medium.request('sequence', { id: 'clients', client, revision: 1 }))
  await refused(t, 'NOT_DEPLOYED', medium.request('sequence', { id: 'tomorrow', client, revision: 1 }))
})

test('boundaries determine the management points and distribution points of a computer', async t => {
  await using lab = await openTestSite()
  const [near, far] = ['https://near.example:8443', 'https://far.example']
  const boundaries = {
    wide: {
      ranges: ['192.0.2.0/24'],
      priority: 50,
      managementPoints: [far],
      distributionPoints: ['https://dp.example/a'],
    },
    narrow: { ranges: ['192.0.2.8 - 192.0.2.12', '2001:db8::/64'], priority: 10, managementPoints: [near] },
  }
  await lab.administrator.request('apply', { site: { name: 'P01', boundaries }, isTrial: false })
  const medium = await lab.medium()
  t.deepEqual((await medium.request('location', { ipAddresses: ['192.0.2.10'] })).managementPoints, [near, far])
  t.deepEqual((await medium.request('location', { ipAddresses: ['2001:db8::5'] })).managementPoints, [near])
  t.deepEqual(await medium.request('location', { ipAddresses: ['192.0.2.200'] }), {
    managementPoints: [far],
    distributionPoints: [['https://dp.example/a'], [`${lab.url}/content`]],
  })
  t.deepEqual((await medium.request('location', { ipAddresses: ['198.51.100.1'] })).managementPoints, [lab.url])
})
