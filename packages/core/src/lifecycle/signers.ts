import type { HookName, OpenedSigner, SignedDocument } from '@bootwright/api'
import type { Choice } from '../config/choose.ts'
import type { MediumBuild } from './medium-build.ts'

/** The certificates of a signer: its own first. */
export const certificatesOf = (build: MediumBuild, choice: Choice, stage: HookName): Promise<readonly Uint8Array[]> =>
  withSigner(build, choice, stage, async ({ certificates }) => certificates)

/** One signer's message about a document. In a plan a placeholder; undefined while the signature is made elsewhere. */
export const messageOf = (
  build: MediumBuild,
  choice: Choice,
  stage: HookName,
  document: SignedDocument,
): Promise<Uint8Array | undefined> =>
  withSigner(build, choice, stage, async signer => {
    const preparation = await signer.prepare(document)
    const signature = await signer.sign(preparation)
    if (signature) return await signer.attach(preparation, signature)
    return build.run.isPlan ? preparation.placeholder : undefined
  })

const withSigner = <T>(
  build: MediumBuild,
  choice: Choice,
  stage: HookName,
  work: (signer: OpenedSigner) => Promise<T>,
): Promise<T> => {
  const { run, folder, signal, now, openedSigners } = build
  const { name, options } = choice
  return run.kernel.call('signer', name, stage, async (signer, plugin) => {
    const { log, secret } = run.kernel.scope(build, plugin)
    const opened =
      openedSigners.get(choice) ??
      (await signer.open({ options, folder, isPlan: run.isPlan, now, signal, log, secret }))
    openedSigners.set(choice, opened)
    return await work(opened)
  })
}
