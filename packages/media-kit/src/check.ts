import type { Finding } from '@bootwright/api'
import { LABEL_LIMIT } from '@bootwright/medium-format'
import { checkCertificate } from './certificate.ts'
import { type Check, error, secretOr, warning } from './findings.ts'
import { checkManagementPoints } from './management-points.ts'
import { checkPrestart } from './prestart.ts'
import { checkRootCertificates } from './root-certificates.ts'
import { checkVariables, isSecret } from './variables.ts'

/** Everything wrong with what all media have, at once. */
export async function check(context: Check): Promise<readonly Finding[]> {
  const findings = await Promise.all([
    checkBootImage(context),
    checkLabel(context),
    checkPassword(context),
    checkVariables(context),
    checkPrestart(context),
  ])
  return findings.flat()
}

/** The same of what media have that contact the site. */
export async function checkSite(context: Check): Promise<readonly Finding[]> {
  const findings = await Promise.all([
    checkManagementPoints(context),
    checkRootCertificates(context),
    checkCertificate(context),
  ])
  return findings.flat()
}

function checkBootImage({ hasBootImage, medium }: Check): readonly Finding[] {
  const advice = 'add one, for example: bootImage: { linux: { distribution: debian } }'
  return hasBootImage ? [] : [warning([], `medium "${medium.name}" has no bootImage and boots no computer; ${advice}`)]
}

function checkLabel({ medium }: Check): readonly Finding[] {
  const { length } = [...medium.label]
  if (/\p{Cc}/u.test(medium.label))
    return [error(['label'], 'the label contains a line break or another control character; use one line of text')]
  if (length <= LABEL_LIMIT) return []
  return [error(['label'], `the label has ${length} characters; a medium holds at most ${LABEL_LIMIT}, so shorten it`)]
}

/** Less than this is soon found by trying, even at a second for each guess. */
const PASSWORD_MINIMUM = 8

function checkStrength(password: string): readonly Finding[] {
  if (/\p{Cc}/u.test(password))
    return [
      error(
        ['password'],
        'the password contains a line break, a tab or another control character, which cannot be typed at boot; remove it',
      ),
    ]
  if ([...password].length >= PASSWORD_MINIMUM) return []
  return [
    warning(
      ['password'],
      `the password is shorter than ${PASSWORD_MINIMUM} characters, and anyone with the medium can guess it offline; choose a longer one`,
    ),
  ]
}

async function checkPassword(context: Check): Promise<readonly Finding[]> {
  const { password, certificate, variables, encrypt } = context.medium.options
  if (password !== undefined) {
    const found = await secretOr(context, ['password'], password)
    return 'finding' in found ? [found.finding] : checkStrength(found.secret.reveal())
  }
  if (encrypt !== undefined)
    return [error(['encrypt'], '`encrypt` requires a password, but the medium has none; add `password`')]
  const names = Object.entries(variables).flatMap(([name, value]) => (isSecret(value) ? [name] : []))
  const exposed = [...names, ...(certificate ? ['the key of the certificate'] : [])]
  if (exposed.length === 0) return []
  return [
    warning(['password'], `anyone with the medium can read ${exposed.join(', ')}, because it has no password; add one`),
  ]
}
