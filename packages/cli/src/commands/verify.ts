import { promises as fs } from 'node:fs'
import { resolve } from 'node:path'
import type { Verification } from '@bootwright/medium-check'
import type { Command } from 'commander'
import type { GlobalOptions } from '../global-options.ts'
import type { Io } from '../io.ts'
import { readerPlugins } from '../readers.ts'

/** The medium does not match its signed manifest. */
export class NotVerifiedError extends Error {
  readonly code = 'NOT_VERIFIED'
}

export function verifyCommand(program: Command, io: Io): void {
  program
    .command('verify <image-or-disk>')
    .description('compare every file of a medium with its signed manifest')
    .option('--trust <pem...>', 'trusted certificates: of signers, or of authorities above them')
    .action(async (image: string, { trust = [] }: { readonly trust?: readonly string[] }, command: Command) => {
      const { json } = command.optsWithGlobals<GlobalOptions>()
      const [{ inspectImage }, { verifyMedium }, plugins, { readPemCertificates }] = await Promise.all([
        import('@bootwright/core'),
        import('@bootwright/medium-check'),
        readerPlugins(),
        import('@bootwright/medium-format/certificates'),
      ])
      const texts = await Promise.all(trust.map(file => fs.readFile(resolve(io.cwd, file), 'utf8')))
      const opened = await inspectImage(resolve(io.cwd, image), plugins)
      const { format } = opened
      const verification = await verifyMedium(opened, {
        trusted: texts.flatMap(readPemCertificates),
        now: io.now(),
        signal: io.signal,
      })
      const isVerified = verification.fault === undefined && verification.files.length === 0
      if (json)
        io.stdout.write(
          `${JSON.stringify({ type: 'verified', image, isVerified, format, ...resultOf(verification) })}\n`,
        )
      else io.stdout.write(`${describe(`${image}: ${format}`, verification, trust.length > 0).join('\n')}\n`)
      if (!isVerified)
        throw new NotVerifiedError(`${image} does not match its signed manifest; do not use it, build it again`)
    })
}

const resultOf = ({ manifest, signers, fault, files }: Verification): object => ({
  id: manifest?.id,
  label: manifest?.label,
  serial: manifest?.serial,
  signers: signers.map(({ subject, problem }) => ({ subject, problem })),
  fault,
  files,
})

function describe(image: string, { manifest, signers, fault, files }: Verification, isTrustKnown: boolean): string[] {
  const lines = [`${image}${manifest ? `, ${manifest.type} medium ${JSON.stringify(manifest.label)}` : ''}`]
  if (manifest) lines.push(`  id          ${manifest.id}`, `  serial      ${manifest.serial}`)
  for (const { subject, problem } of signers)
    lines.push(`  signer      ${JSON.stringify(subject)}${trustOf(problem, isTrustKnown)}`)
  if (manifest && signers.length === 0) lines.push('  signer      none: this manifest proves no origin')
  if (fault !== undefined) lines.push(`  fault       ${fault}`)
  for (const { what, path, place } of files)
    lines.push(`  ${what.padEnd(12)}${JSON.stringify(path)}${place === 'medium' ? '' : ` in the ${place}`}`)
  if (manifest && files.length === 0)
    lines.push(`  files       ${manifest.files.length + manifest.systemPartition.length}, all match the manifest`)
  return lines
}

const trustOf = (problem: Verification['signers'][number]['problem'], isTrustKnown: boolean): string => {
  if (!problem) return ', trusted'
  return !isTrustKnown && problem.code === 'UNTRUSTED'
    ? ', not verified: name a trusted certificate with --trust'
    : `: ${problem.message}`
}
