import type { OfferedDeployment } from '@bootwright/site-protocol'
import { AgentError } from '../computer/errors.ts'
import type { Computer } from '../ui/computer.ts'

export interface DeploymentChoice {
  readonly offered: readonly OfferedDeployment[]
  /** `SMSTSPreferredAdvertID`. */
  readonly preferred: string | undefined
  readonly unattended: boolean
}

/** The deployment that is run: the one that is named, the one that is required, or the one that somebody chooses. Throws `NOT_DEPLOYED`. */
export async function chooseDeployment(
  { terminal, report }: Pick<Computer, 'terminal' | 'report'>,
  { offered, preferred, unattended }: DeploymentChoice,
): Promise<OfferedDeployment> {
  if (preferred !== undefined) {
    const named = offered.find(({ id }) => id.toLowerCase() === preferred.toLowerCase())
    if (named) return named
    throw new AgentError(
      'NOT_DEPLOYED',
      `the deployment "${preferred}" (SMSTSPreferredAdvertID) is not there for this computer; correct the name, or deploy it`,
    )
  }
  const required = offered.find(({ purpose }) => purpose === 'required')
  if (required) return required
  if (offered.length === 0)
    throw new AgentError(
      'NOT_DEPLOYED',
      'no task sequence is deployed to this computer; deploy one to a collection that it is in',
    )
  if (unattended)
    throw new AgentError(
      'NOT_DEPLOYED',
      'nothing is required of this computer, and nobody is there to choose; make a deployment required, or name one in SMSTSPreferredAdvertID',
    )
  const lines = offered.map(({ taskSequence, description }, index) => {
    const about = description === '' ? '' : ` - ${description}`
    return `${index + 1}  ${taskSequence}${about}`
  })
  report.print('info', 'deploymentsOffered', { lines })
  report.printStatus(`bootwright: choose one of ${offered.length} deployments`)
  terminal.discardKeys()
  for (;;) {
    terminal.print(report.messages().deploymentPrompt({ count: offered.length }))
    const chosen = offered[Number((await terminal.readLine()).trim()) - 1]
    if (chosen) return chosen
  }
}
