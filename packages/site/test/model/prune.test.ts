import { computer, openTestSite, published } from '@bootwright/test-support/site'
import test from 'ava'
import { declaration, deployment } from '../lab.ts'

test('pruning removes revisions that are neither deployed nor among the latest', async t => {
  await using lab = await openTestSite()
  for (const value of ['1', '2', '3', '4'])
    await lab.administrator.request('publish', published({ variables: { Revision: { value } } }))
  const deployments = { lab: { ...deployment, revision: 2 } }
  await lab.administrator.request('apply', { site: declaration({ deployments }), isTrial: false })
  const request = { keep: 1, hours: 24, isTrial: true }
  const revisionsOf = (all: readonly { readonly revision: number }[]) => all.map(({ revision }) => revision)
  const trial = await lab.administrator.request('prune', request)
  t.deepEqual(
    [revisionsOf(trial.removed), revisionsOf(trial.kept)],
    [
      [3, 1],
      [4, 2],
    ],
  )
  t.deepEqual(await lab.administrator.request('prune', { ...request, isTrial: false }), trial)
  t.deepEqual((await lab.administrator.request('prune', request)).removed, [])
  const medium = await lab.medium()
  const { client } = await medium.request('policy', { computer: computer() })
  t.is((await medium.request('sequence', { id: 'lab', client, revision: 2 })).variables.Revision?.value, '2')
})
