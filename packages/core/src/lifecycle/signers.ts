import { createHash, verify, X509Certificate } from 'node:crypto'
import type { HookName, OpenedSigner, SignedDocument } from '@bootwright/api'
import type { Choice } from '../config/choose.ts'
import { LifecycleError } from './lifecycle-error.ts'
import type { MediumBuild } from './medium-build.ts'

/** The certificates of a signer, its own first. */
export const certificatesOf = (build: MediumBuild, choice: Choice, phase: HookName): Promise<readonly Uint8Array[]> =>
  withSigner(build, choice, phase, async ({ certificates }) => certificates)

/** The signers' messages about a document; placeholders in a plan. Throws {@link LifecycleError} `SIGNATURE_PENDING` while an external signature is missing. */
export async function signed(
  build: MediumBuild,
  signers: readonly Choice[],
  phase: HookName,
  document: SignedDocument,
): Promise<readonly Uint8Array[]> {
  const messages = await Promise.all(signers.map(choice => messageOf(build, choice, phase, document)))
  const missing = signers.filter((_, index) => messages[index] === undefined)
  if (missing.length > 0)
    throw new LifecycleError(
      'SIGNATURE_PENDING',
      build.medium.name,
      `medium "${build.medium.name}" is not signed yet: ${missing.map(({ name }) => name).join(', ')} waits for an external signature; sign the exported data, then build again`,
    )
  return messages.filter(message => message !== undefined)
}

export interface RawSignature {
  /** The signer's certificate, DER. */
  readonly certificate: Uint8Array
  readonly signature: Uint8Array
}

/** Each signer's raw signature of `content`, with SHA-256. Throws {@link LifecycleError} `SIGNATURE_PENDING` for a signer whose key is not available here. */
export const signedRaw = (
  build: MediumBuild,
  signers: readonly Choice[],
  name: string,
  content: Uint8Array,
): Promise<readonly RawSignature[]> =>
  Promise.all(
    signers.map(choice =>
      withSigner(build, choice, 'write', async signer => {
        const digest = createHash('sha256').update(content).digest('hex')
        const signature = await signer.sign({ name, content, toBeSigned: content, digest, placeholder: content })
        const [certificate] = signer.certificates
        // An external signature is for the manifest.
        const isRight = signature && certificate && isBy(certificate, content, signature)
        if (isRight) return { certificate, signature }
        throw new LifecycleError(
          'SIGNATURE_PENDING',
          build.medium.name,
          `medium "${build.medium.name}" is built, but ${choice.name} cannot sign its provenance statement; signing it requires a local key`,
        )
      }),
    ),
  )

function isBy(certificate: Uint8Array, content: Uint8Array, signature: Uint8Array): boolean {
  const { publicKey } = new X509Certificate(certificate)
  return verify('sha256', content, publicKey, signature)
}

const messageOf = (
  build: MediumBuild,
  choice: Choice,
  phase: HookName,
  document: SignedDocument,
): Promise<Uint8Array | undefined> =>
  withSigner(build, choice, phase, async signer => {
    const preparation = await signer.prepare(document)
    const signature = await signer.sign(preparation)
    if (signature) return await signer.attach(preparation, signature)
    return build.run.isPlan ? preparation.placeholder : undefined
  })

const withSigner = <T>(
  build: MediumBuild,
  choice: Choice,
  phase: HookName,
  work: (signer: OpenedSigner) => Promise<T>,
): Promise<T> => {
  const { run, folder, signal, now, openedSigners } = build
  const { name, options } = choice
  return run.kernel.call('signer', name, phase, async (signer, plugin) => {
    const { log, secret } = run.kernel.scope(build, plugin)
    const opened =
      openedSigners.get(choice) ??
      (await signer.open({ options, folder, isPlan: run.isPlan, now, signal, log, secret }))
    openedSigners.set(choice, opened)
    return await work(opened)
  })
}
