import { createHash, createPrivateKey, X509Certificate } from 'node:crypto'
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

/** The encoded environment; sealed when the medium has a password. Its random parts are pinned. */
export async function encodedEnvironment(
  context: Context,
  pins: PinStore,
  established: EstablishedType,
  { taskSequence, variables = {} }: Pick<MediaParts, 'taskSequence' | 'variables'> = {},
  contentKey?: Uint8Array,
): Promise<Uint8Array> {
  const { name, options } = context.medium
  const { certificate } = options
  const password = await passwordOf(context)
  const certificatePin = await pinnedCertificate(context, pins)
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
    if (!certificatePin) return encodeEnvironment(environment)
    // Certificates differ by a few bytes in size: a block of its own lets a plan know the size of a build.
    const minimumSize = encodeEnvironment(environment).length + ENVIRONMENT_BLOCK
    return encodeEnvironment({ ...environment, certificate: await certificatePin.open() }, minimumSize)
  }
  if (password === undefined) return await encode()
  const inputs = { environment, certificate: certificatePin?.digest, password }
  return await pins.pin(`${name}/environment`, inputs, async () => await sealWithPassword(await encode(), password))
}

const passwordOf = async ({ medium, secret }: Context): Promise<string | undefined> =>
  medium.options.password === undefined ? undefined : (await secret(medium.options.password)).reveal()

const pinnedCertificate = async (context: Context, pins: PinStore): Promise<PinnedCertificate | undefined> => {
  const { certificate } = context.medium.options
  if (!certificate || !('selfSigned' in certificate)) return undefined
  return await pinCertificate(context, pins, certificate.selfSigned, await passwordOf(context))
}

/** The medium's identity towards management points, as its environment has it; undefined when it has none. */
export async function certificateOf(context: Context, pins: PinStore): Promise<ClientCertificate | undefined> {
  const { certificate } = context.medium.options
  if (certificate && 'pkcs12' in certificate) return await importCertificate(context, certificate)
  return await (await pinnedCertificate(context, pins))?.open()
}

interface PinnedCertificate {
  /** SHA-256 of the pin. */
  readonly digest: string
  open(): Promise<ClientCertificate>
}

/** The self-signed certificate and its key, sealed with the medium's password if it has one. */
async function pinCertificate(
  { medium: { name, label, id } }: Context,
  pins: PinStore,
  { from, to }: SelfSignedOptions,
  password: string | undefined,
): Promise<PinnedCertificate> {
  const pin = `${name}/certificate`
  const pinned = await pins.pin(pin, { label, id, from, to, password }, async () => {
    const created = await createSelfSigned({ label, id, from: new Date(from), to: new Date(to) })
    const text = Buffer.from(JSON.stringify(created))
    return password === undefined ? text : await sealWithPassword(text, password)
  })
  return {
    digest: createHash('sha256').update(pinned).digest('hex'),
    async open() {
      try {
        const text = password === undefined ? pinned : await openWithPassword(pinned, password)
        return readIdentity(JSON.parse(Buffer.from(text).toString()))
      } catch (cause) {
        const file = `.bootwright/${pin}.json`
        throw new Error(
          `the pinned certificate of medium "${name}" is damaged; restore ${file} from version control or a backup, or delete it to create a new certificate`,
          { cause },
        )
      }
    },
  }
}

/** Throws unless the key belongs to the certificate. */
function readIdentity({ certificate, key }: ClientCertificate): ClientCertificate {
  if (!new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key)))
    throw new Error('the key does not belong to the certificate')
  return { certificate, key }
}
