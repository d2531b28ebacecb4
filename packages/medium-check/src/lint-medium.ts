import { X509Certificate } from 'node:crypto'
import type { OpenedImage } from '@bootwright/api'
import { type Bytes, read, type Tree } from '@bootwright/bytes'
import { CmsError, signersOf, subjectOf } from '@bootwright/format-cms'
import {
  DESCRIPTOR_PATH,
  decodeDescriptor,
  decodeEnvironment,
  ENVIRONMENT_PATH,
  MANIFEST_PATH,
  MediumError,
  SIGNATURE_PATH,
} from '@bootwright/medium-format'
import { type EfiProgram, readEfiProgram } from './efi-program.ts'

export interface Finding {
  readonly severity: 'error' | 'warning'
  readonly path?: string | undefined
  readonly message: string
}
export interface Lint {
  readonly programs: readonly EfiProgram[]
  readonly findings: readonly Finding[]
}

/** UEFI 2.10 3.5.1.1: what firmware starts from a removable medium, and the machine that it has to be for. */
const FIRST_PROGRAMS: Readonly<Record<string, string>> = {
  'efi/boot/bootx64.efi': 'x64',
  'efi/boot/bootaa64.efi': 'arm64',
  'efi/boot/bootia32.efi': 'x86',
}
/** Microsoft's certificate authority of 2011 for UEFI ended then; firmware of new computers may know the one of 2023 only. */
const END_OF_2011 = new Date('2026-06-27T00:00:00Z')
/** Shim, SbatLevel_Variable.txt, of February 2025: levels below are revoked. */
const SBAT_LEVELS: Readonly<Record<string, number>> = { shim: 4, grub: 5 }
/** Days. */
const EXPIRY_WARNING = 60
/** Bytes. More than any signature or small document needs. */
const SMALL = 4 << 20
const PROGRAM = /\.efi$/i

/** What people should know before they hand a medium out. Nothing is verified: see `bootwright verify`. */
export async function lintMedium(image: OpenedImage, { now }: { readonly now: Date }): Promise<Lint> {
  const tree: Tree = new Map([...image.tree, ...(image.systemPartition ?? [])])
  const programs = await programsOf(tree)
  const findings = [
    ...(image.boot.length === 0 ? [warning('it is not bootable')] : []),
    ...programs.flatMap(program => checkProgram(program, now)),
    ...(await checkDescriptor(image.tree)),
    ...(await checkSignature(image.tree, now)),
    ...(await checkEnvironment(image.tree, now)),
  ]
  return { programs, findings }
}

const warning = (message: string, path?: string): Finding => ({ severity: 'warning', message, path })
const error = (message: string, path?: string): Finding => ({ severity: 'error', message, path })

async function programsOf(tree: Tree): Promise<readonly EfiProgram[]> {
  const programs: EfiProgram[] = []
  for (const [path, entry] of tree)
    if (entry.kind === 'file' && PROGRAM.test(path)) programs.push(await readEfiProgram(path, entry.content))
  return programs.sort((a, b) => (a.path < b.path ? -1 : 1))
}

function checkProgram({ path, machine, signers, sbat, fault }: EfiProgram, now: Date): Finding[] {
  if (fault !== undefined) return [error(`it is not an EFI program: ${fault}`, path)]
  const findings: Finding[] = []
  const expected = FIRST_PROGRAMS[path.toLowerCase()]
  if (expected !== undefined && machine !== expected)
    findings.push(error(`it is for ${machine}, but firmware of ${expected} computers starts it`, path))
  if (expected !== undefined && signers.length === 0)
    findings.push(warning('it is not signed: computers with Secure Boot will not start it', path))
  if (expected !== undefined && signers.length > 0 && signers.every(({ authority }) => authority === 'own'))
    findings.push(
      warning('it is signed with your own key: with Secure Boot, only computers with that key start it', path),
    )
  const hasOnly2011 =
    signers.some(({ authority }) => authority === 'Microsoft 2011') &&
    !signers.some(({ authority }) => authority === 'Microsoft 2023')
  if (hasOnly2011)
    findings.push(
      warning(
        `it is signed only under Microsoft's 2011 certificate authority, which ${now > END_OF_2011 ? 'expired' : 'expires'} in June 2026: computers that trust only the 2023 authority will not start it with Secure Boot`,
        path,
      ),
    )
  for (const { component, generation } of sbat) {
    const least = SBAT_LEVELS[component]
    if (least !== undefined && generation < least)
      findings.push(
        warning(`its SBAT level of ${component} is ${generation}, and levels below ${least} are revoked`, path),
      )
  }
  return findings
}

async function checkDescriptor(tree: Tree): Promise<Finding[]> {
  const data = await contentAt(tree, DESCRIPTOR_PATH)
  if (!data) return [warning('it has no descriptor: it was not built by Bootwright', DESCRIPTOR_PATH)]
  const descriptor = decoded(() => decodeDescriptor(data), DESCRIPTOR_PATH)
  if ('severity' in descriptor) return [descriptor]
  return [
    ...(descriptor.passwordRequired
      ? []
      : [warning('it has no password: anyone with the medium can read its environment', DESCRIPTOR_PATH)]),
    ...(descriptor.debugShell ? [warning('it offers a shell to anyone who boots it', DESCRIPTOR_PATH)] : []),
  ]
}

async function checkSignature(tree: Tree, now: Date): Promise<Finding[]> {
  const der = await contentAt(tree, SIGNATURE_PATH)
  if (!der) return [warning('it is not signed: its contents cannot be verified', MANIFEST_PATH)]
  try {
    return signersOf(der).flatMap(({ chain }) => chain.flatMap(each => checkValidity(each, now, SIGNATURE_PATH)))
  } catch (cause) {
    if (!(cause instanceof CmsError)) throw cause
    return [error(cause.message, SIGNATURE_PATH)]
  }
}

async function checkEnvironment(tree: Tree, now: Date): Promise<Finding[]> {
  const data = await contentAt(tree, ENVIRONMENT_PATH)
  const environment = data && decoded(() => decodeEnvironment(data), ENVIRONMENT_PATH)
  if (!environment) return []
  if ('severity' in environment) return [environment]
  const pem = environment.certificate?.certificate
  return pem === undefined ? [] : checkValidity(new X509Certificate(pem), now, ENVIRONMENT_PATH)
}

function checkValidity(certificate: X509Certificate, now: Date, path: string): Finding[] {
  const { validToDate } = certificate
  const days = (validToDate.getTime() - now.getTime()) / 86_400_000
  if (days >= EXPIRY_WARNING) return []
  const when = `the certificate of ${subjectOf(certificate)} ${days < 0 ? 'expired' : 'expires'} on ${validToDate.toISOString().slice(0, 10)}`
  return [days < 0 ? error(when, path) : warning(when, path)]
}

function decoded<T extends object>(decode: () => T, path: string): T | Finding {
  try {
    return decode()
  } catch (cause) {
    if (!(cause instanceof MediumError)) throw cause
    return error(cause.message, path)
  }
}

async function contentAt(tree: Tree, path: string): Promise<Uint8Array | undefined> {
  const entry = tree.get(path)
  const content: Bytes | undefined = entry?.kind === 'file' && entry.content.size <= SMALL ? entry.content : undefined
  return content && (await read(content))
}
