import { createHash } from 'node:crypto'
import type { BuildContext, PinStore } from '@bootwright/api'
import {
  type ClientCertificate,
  ENVIRONMENT_BLOCK,
  type Environment,
  encodeEnvironment,
  openWithPassword,
  sealWithPassword,
} from '@bootwright/medium-format'
import { createSelfSigned } from '@bootwright/medium-format/certificates'
import type { MediaOptions } from '@bootwright/medium-format/options'
import { importCertificate } from './certificate.ts'
import { managementPointsOf } from './management-points.ts'
import type { MediaParts } from './media-parts.ts'
import { rootCertificatesOf } from './root-certificates.ts'
import { type EstablishedType, variablesOf } from './variables.ts'

type Context = BuildContext<MediaOptions>
type SelfSignedOptions = Extract<MediaOptions['certificate'], { readonly selfSigned: object }>['selfSigned']

/** The encoded environment; sealed when the medium has a password. What is random in it is made once, by the keeper. */
export async function encodedEnvironment(
  context: Context,
  keeper: PinStore,
  established: EstablishedType,
  { taskSequence, variables = {} }: Pick<MediaParts, 'taskSequence' | 'variables'> = {},
  contentKey?: Uint8Array,
): Promise<Uint8Array> {
  const { name, options } = context.medium
  const { certificate } = options
  const password = await passwordOf(context)
  const kept = await keptCertificate(context, keeper)
  const environment: Environment = {
    formatVersion: 1,
    ...(options.management !== undefined && { management: options.management }),
    managementPoints: managementPointsOf(context).map(({ url, allowHttp }) => ({ url, allowHttp })),
    rootCertificates: await rootCertificatesOf(context.site),
    certificate: certificate && 'pkcs12' in certificate ? await importCertificate(context, certificate) : undefined,
    prestart: options.prestart && { command: options.prestart.command },
    variables: await variablesOf(context, established, variables),
    ...(contentKey && { contentKey: Buffer.from(contentKey).toString('base64') }),
    // As JSON has it: without what is undefined.
    ...(taskSequence !== undefined && { taskSequence: JSON.parse(JSON.stringify(taskSequence)) }),
  }
  const encode = async (): Promise<Uint8Array> => {
    if (!kept) return encodeEnvironment(environment)
    // Certificates differ by a few bytes in size: a block of its own lets a plan know the size of a build.
    const minimumSize = encodeEnvironment(environment).length + ENVIRONMENT_BLOCK
    return encodeEnvironment({ ...environment, certificate: await kept.open() }, minimumSize)
  }
  if (password === undefined) return await encode()
  const inputs = { environment, certificate: kept?.digest, password }
  return await keeper.pin(`${name}/environment`, inputs, async () => await sealWithPassword(await encode(), password))
}

const passwordOf = async ({ medium, secret }: Context): Promise<string | undefined> =>
  medium.options.password === undefined ? undefined : (await secret(medium.options.password)).reveal()

const keptCertificate = async (context: Context, keeper: PinStore): Promise<KeptCertificate | undefined> => {
  const { certificate } = context.medium.options
  if (!certificate || !('selfSigned' in certificate)) return undefined
  return await keepCertificate(context, keeper, certificate.selfSigned, await passwordOf(context))
}

/** The medium's identity towards management points, as its environment has it; undefined when it has none. */
export async function certificateOf(context: Context, keeper: PinStore): Promise<ClientCertificate | undefined> {
  const { certificate } = context.medium.options
  if (certificate && 'pkcs12' in certificate) return await importCertificate(context, certificate)
  return await (await keptCertificate(context, keeper))?.open()
}

interface KeptCertificate {
  /** SHA-256 of what is kept. */
  readonly digest: string
  open(): Promise<ClientCertificate>
}

/** The self-signed certificate and its key, kept under the medium's password if it has one. */
async function keepCertificate(
  { medium: { name, label, id } }: Context,
  keeper: PinStore,
  { from, to }: SelfSignedOptions,
  password: string | undefined,
): Promise<KeptCertificate> {
  const kept = await keeper.pin(`${name}/certificate`, { label, id, from, to, password }, async () => {
    const made = await createSelfSigned({ label, id, from: new Date(from), to: new Date(to) })
    const text = Buffer.from(JSON.stringify(made))
    return password === undefined ? text : await sealWithPassword(text, password)
  })
  return {
    digest: createHash('sha256').update(kept).digest('hex'),
    async open() {
      const text = password === undefined ? kept : await openWithPassword(kept, password)
      return JSON.parse(Buffer.from(text).toString()) as ClientCertificate
    },
  }
}
