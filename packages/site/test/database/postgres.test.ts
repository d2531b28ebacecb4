import { setTimeout as sleep } from 'node:timers/promises'
import { needs } from '@bootwright/test-support'
import { startPostgres } from '@bootwright/test-support/servers'
import { computer, openTestSite, published } from '@bootwright/test-support/site'
import test from 'ava'
import pg from 'pg'
import { declaration, deployment } from '../lab.ts'

const onPostgres = needs(test, 'pg_ctlcluster')

onPostgres(
  'two management points that share only a PostgreSQL database serve the same site, also after it restarts',
  async t => {
    using postgres = await startPostgres()
    await using lab = await openTestSite({ database: postgres.url })
    await lab.administrator.request('publish', published())
    const computers = { 'lab-17': { macAddresses: ['52:54:00:12:34:56'], variables: { OSDComputerName: 'lab-17' } } }
    const site = declaration({ computers, deployments: { lab: { ...deployment, collection: 'allComputers' } } })
    await lab.administrator.request('apply', { site, isTrial: false })
    const medium = await lab.medium()
    using other = lab.as(await lab.identity(), await lab.addManagementPoint())
    for (const each of [medium, other]) {
      const policy = await each.request('policy', { computer: computer() })
      t.like(policy, { name: 'lab-17', deployments: { length: 1 } })
      t.deepEqual(await each.request('sequence', { id: 'lab', client: policy.client, revision: 1 }), published())
    }
    // Breaks every connection, as a restart of the database does.
    const database = new pg.Client({ connectionString: postgres.url })
    await database.connect()
    await database.query('select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid()')
    await database.end()
    await sleep(500)
    await lab.administrator.request('apply', { site: { name: 'P01' }, isTrial: false })
    const { client: _, ...rest } = await other.request('policy', { computer: computer() })
    t.deepEqual(rest, { variables: {}, deployments: [] })
  },
)
