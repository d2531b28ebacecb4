import type { OfferedDeployment } from '@bootwright/site-protocol'
import { AgentError } from '../computer/errors.ts'
import type { Computer } from '../ui/computer.ts'

export interface DeploymentChoice {
  readonly offered: readonly OfferedDeployment[]
  /** `SMSTSPreferredAdvertID`. */
  readonly preferred: string | undefined
  readonly unattended: boolean
}

/** Selects the deployment to run: the preferred one, else a required one, else the operator chooses. Throws `NOT_DEPLOYED`. */
export async function chooseDeployment(
  { terminal, report }: Pick<Computer, 'terminal' | 'report'>,
  { offered, preferred, unattended }: DeploymentChoice,
): Promise<OfferedDeployment> {
  if (preferred !== undefined) {
    const named = offered.find(({ id }) => id.toLowerCase() === preferred.toLowerCase())
    if (named) return named
    throw new AgentError(
      'NOT_DEPLOYED',
      `the deployment "${preferred}" (SMSTSPreferredAdvertID) is not available to this computer; correct the name, or create the deployment`,
    )
  }
  const required = offered.find(({ purpose }) => purpose === 'required')
  if (required) return required
  if (offered.length === 0)
    throw new AgentError(
      'NOT_DEPLOYED',
      'no task sequence is deployed to this computer; deploy one to a collection of this computer',
    )
  if (unattended)
    throw new AgentError(
      'NOT_DEPLOYED',
      'no deployment is required, and an unattended medium cannot prompt; make a deployment required, or set SMSTSPreferredAdvertID',
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
