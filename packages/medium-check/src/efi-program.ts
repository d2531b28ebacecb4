import type { X509Certificate } from 'node:crypto'
import type { Bytes } from '@bootwright/bytes'
import { CmsError, signersOf, subjectOf } from '@bootwright/format-cms'
import { PeError, readPe, readSbat, type SbatEntry } from '@bootwright/format-pe'

/** The certificate authority that signed a program. */
export type Authority = 'Microsoft 2011' | 'Microsoft 2023' | 'Debian' | 'own'

export interface ProgramSigner {
  readonly subject: string
  readonly authority: Authority
  readonly validTo: Date
}
export interface EfiProgram {
  readonly path: string
  /** `x64`, `arm64`, `x86`, or a number in hexadecimal. */
  readonly machine: string
  readonly signers: readonly ProgramSigner[]
  readonly sbat: readonly SbatEntry[]
  /** Why it cannot be read. */
  readonly fault?: string | undefined
}

export async function readEfiProgram(path: string, content: Bytes): Promise<EfiProgram> {
  try {
    const { machine, certificates } = await readPe(content)
    const signers = certificates.flatMap(signaturesIn)
    return { path, machine, signers, sbat: await readSbat(content) }
  } catch (error) {
    if (!(error instanceof PeError) && !(error instanceof CmsError)) throw error
    return { path, machine: '', signers: [], sbat: [], fault: error.message }
  }
}

const signaturesIn = (der: Uint8Array): ProgramSigner[] =>
  signersOf(der).map(({ certificate, chain }) => ({
    subject: subjectOf(certificate),
    authority: authorityOf(certificate, chain),
    validTo: certificate.validToDate,
  }))

/** Signers name who stands above them; the authority itself is in the firmware and seldom in the signature. */
function authorityOf(certificate: X509Certificate, chain: readonly X509Certificate[]): Authority {
  const names = [certificate, ...chain].flatMap(({ subject, issuer }) => [subject, issuer]).join('\n')
  if (/Microsoft[^\n]*2023|Windows UEFI CA 2023/.test(names)) return 'Microsoft 2023'
  if (/Microsoft[^\n]*2011/.test(names)) return 'Microsoft 2011'
  return /Debian Secure Boot/.test(names) ? 'Debian' : 'own'
}
