import type { Finding } from '@bootwright/api'
import { checkCertificate } from './certificate.ts'
import { type Check, error, secretOr, warning } from './findings.ts'
import { checkManagementPoints } from './management-points.ts'
import { checkPrestart } from './prestart.ts'
import { checkRootCertificates } from './root-certificates.ts'
import { checkVariables, isSecret } from './variables.ts'

/** Everything wrong with a bootable medium, at once. */
export async function check(context: Check): Promise<readonly Finding[]> {
  const findings = await Promise.all([
    checkLabel(context),
    checkManagementPoints(context),
    checkRootCertificates(context),
    checkPassword(context),
    checkCertificate(context),
    checkVariables(context),
    checkPrestart(context),
  ])
  return findings.flat()
}

function checkLabel({ medium }: Check): readonly Finding[] {
  return /\p{Cc}/u.test(medium.label)
    ? [error(['label'], 'the label has a line break or another control character; it is one line of text')]
    : []
}

async function checkPassword(context: Check): Promise<readonly Finding[]> {
  const { password, certificate, variables } = context.medium.options
  if (password !== undefined) {
    const found = await secretOr(context, ['password'], password)
    return 'finding' in found ? [found.finding] : []
  }
  const names = Object.entries(variables).flatMap(([name, value]) => (isSecret(value) ? [name] : []))
  const exposed = [...names, ...(certificate ? ['the key of the certificate'] : [])]
  if (exposed.length === 0) return []
  return [
    warning(
      ['password'],
      `whoever holds the medium can read ${exposed.join(', ')}, because it has no password; add one`,
    ),
  ]
}
