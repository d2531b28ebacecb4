import type { SiteClient } from '@bootwright/site-protocol'
import { AgentError } from '../computer/errors.ts'
import type { Variables } from '../environment/variables.ts'
import type { Computer } from '../ui/computer.ts'

const ROUND_MILLISECONDS = 5000
/** Default of `SMSTSUDAApprovalTimeout`. Seconds. */
const PATIENCE_SECONDS = 3600

/** Declares the users of the computer (`SMSTSUDAUsers`) to the site, and waits for approval if required. Throws `AFFINITY_PENDING`. */
export async function declareUsers(
  { report, clock }: Pick<Computer, 'report' | 'clock'>,
  client: SiteClient,
  clientName: string,
  variables: Variables,
): Promise<void> {
  const mode = variables.get('SMSTSAssignUsersMode')?.value.toLowerCase()
  const users = (variables.get('SMSTSUDAUsers')?.value ?? '')
    .split(',')
    .map(each => each.trim())
    .filter(each => each !== '')
  if (users.length === 0 || (mode !== 'auto' && mode !== 'pending')) return
  const request = { client: clientName, users, mode: mode === 'auto' ? ('automatic' as const) : ('pending' as const) }
  const patience = Number(variables.get('SMSTSUDAApprovalTimeout')?.value ?? PATIENCE_SECONDS)
  for (let waited = 0; ; waited += ROUND_MILLISECONDS) {
    const { state } = await client.request('affinity', request)
    if (state === 'approved') return
    if (waited === 0) {
      report.print('info', 'waitingForApproval', { users: users.join(', ') })
      report.printStatus('bootwright: waiting for approval')
    }
    if (waited >= patience * 1000)
      throw new AgentError(
        'AFFINITY_PENDING',
        `${users.join(', ')} were not approved as users of this computer within ${patience} s; approve them at the site and try again`,
      )
    await clock.sleep(ROUND_MILLISECONDS)
  }
}
