import { computer, NOW, openTestSite, published } from '@bootwright/test-support/site'
import test from 'ava'
import { declaration } from '../lab.ts'

test('an unknown computer gets the deployments to unknown computers and their task sequence', async t => {
  await using lab = await openTestSite()
  const { administrator } = lab
  t.deepEqual(await administrator.request('publish', published()), { revision: 1, isNew: true })
  t.deepEqual(await administrator.request('publish', published()), { revision: 1, isNew: false })
  const { changes } = await administrator.request('apply', { site: declaration(), isTrial: true })
  t.deepEqual(changes, [{ kind: 'deployments', name: 'lab', change: 'add' }])
  t.deepEqual((await administrator.request('apply', { site: declaration(), isTrial: false })).changes, changes)
  t.deepEqual((await administrator.request('apply', { site: declaration(), isTrial: false })).changes, [])

  const medium = await lab.medium()
  const policy = await medium.request('policy', { computer: computer() })
  t.is(policy.name, undefined)
  t.deepEqual(policy.deployments, [
    { id: 'lab', taskSequence: 'deploy', revision: 1, description: '', purpose: 'required' },
  ])
  const request = { id: 'lab', client: policy.client, revision: 1 }
  t.deepEqual(await medium.request('sequence', request), published())
  // A computer keeps its identifier when it uses another network card.
  const again = await medium.request('policy', { computer: computer({ uuid: '', ipAddresses: [] }) })
  t.is(again.client, policy.client)

  // The same medium gets the new revision.
  const changed = published({ variables: { OSDComputerName: { value: 'lab-2' } } })
  t.deepEqual(await administrator.request('publish', changed), { revision: 2, isNew: true })
  t.is((await medium.request('policy', { computer: computer() })).deployments[0]!.revision, 2)
  t.deepEqual(await medium.request('sequence', { ...request, revision: 2 }), changed)
})

test('a status message that is delivered twice is stored once; user affinities wait for approval', async t => {
  await using lab = await openTestSite()
  const medium = await lab.medium()
  const { client } = await medium.request('policy', { computer: computer() })
  const message = {
    run: '6f1c3c1e-8a55-4d0e-9a3a-2f6c7f3f9f02',
    number: 0,
    client,
    deployment: 'lab',
    time: NOW.toISOString(),
    event: 'stepFailed' as const,
    step: { number: 1, total: 2, name: 'Apply' },
    exitCode: 5,
  }
  await medium.request('status', { messages: [message] })
  await medium.request('status', { messages: [message, { ...message, number: 1, event: 'sequenceFailed' }] })
  const { messages } = await lab.administrator.request('messages', { client })
  t.deepEqual(
    messages.map(({ event }) => event),
    ['sequenceFailed', 'stepFailed'],
  )

  const request = { client, users: ['LAB\\ada'], mode: 'pending' as const }
  t.deepEqual(await medium.request('affinity', request), { state: 'pending' })
  t.deepEqual(await lab.administrator.request('approve', { client }), { approved: 1 })
  t.deepEqual(await medium.request('affinity', request), { state: 'approved' })
  t.deepEqual(await medium.request('affinity', { ...request, users: ['LAB\\bob'], mode: 'automatic' }), {
    state: 'approved',
  })
})
