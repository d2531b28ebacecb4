import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { basename, isAbsolute } from 'node:path'
import type { Component } from '@bootwright/api'
import { digest, fromFile, fromMemory, sortTree, writeFile } from '@bootwright/bytes'
import { digestsOf } from './digests-of.ts'
import type { MediumBuild } from './medium-build.ts'
import { signedRaw } from './signers.ts'

const BUILDER = 'https://github.com/bootwright/bootwright/tree/main/packages/core'
const BUILD_TYPE = 'https://github.com/bootwright/bootwright/medium/v1'
/** in-toto attestation framework; DSSE 1.0.2. */
const PAYLOAD_TYPE = 'application/vnd.in-toto+json'

/**
 * Writes beside each image file a bill of materials (CycloneDX 1.6) and its provenance (SLSA 1.0, as an in-toto statement), the latter signed
 * by the medium's signers in a DSSE envelope. Both are reproducible.
 */
export async function attest(build: MediumBuild): Promise<void> {
  for (const { destination, sha256 } of build.written) {
    if (!isAbsolute(destination)) {
      build.log.warn(`${destination} is not a file: no bill of materials and no provenance are written for it`)
      continue
    }
    const image = { name: basename(destination), sha256: sha256 ?? (await digest(await fromFile(destination))) }
    await write(build, `${destination}.cdx.json`, await billOfMaterials(build, image))
    const statement = await provenance(build, image)
    const signatures = await signedRaw(
      build,
      build.entry.signers,
      `${build.medium.name}.provenance`,
      encoded(statement),
    )
    if (signatures.length === 0) await write(build, `${destination}.statement.json`, statement)
    else
      await write(build, `${destination}.intoto.json`, {
        payloadType: PAYLOAD_TYPE,
        payload: Buffer.from(JSON.stringify(statement)).toString('base64'),
        signatures: signatures.map(({ certificate, signature }) => ({
          keyid: createHash('sha256').update(certificate).digest('hex'),
          sig: Buffer.from(signature).toString('base64'),
        })),
      })
  }
}

interface ImageFile {
  readonly name: string
  readonly sha256: string
}

/** DSSE 1.0.2, "Pre-Authentication Encoding": the signed bytes. */
function encoded(statement: object): Uint8Array {
  const body = JSON.stringify(statement)
  return Buffer.from(`DSSEv1 ${PAYLOAD_TYPE.length} ${PAYLOAD_TYPE} ${Buffer.byteLength(body)} ${body}`)
}

const write = async ({ run, signal }: MediumBuild, path: string, document: object): Promise<void> => {
  const { overwrite, update } = run.writing
  const content = fromMemory(`${JSON.stringify(document, null, 2)}\n`)
  await writeFile(path, content, { overwrite: overwrite || update, signal })
}

async function billOfMaterials(build: MediumBuild, image: ImageFile): Promise<object> {
  const { medium, bootImage, date } = build
  const packages = (bootImage?.components ?? []).map(({ name, version, purl, sha256 }) => ({
    type: 'library',
    'bom-ref': purl,
    name,
    version,
    purl,
    ...(sha256 !== undefined && { hashes: hashes(sha256) }),
  }))
  const contents = sortTree(build.tree).flatMap(({ path, entry }) =>
    entry.kind === 'file' ? [{ path, content: entry.content }] : [],
  )
  const files = [...(await digestsOf(build, contents))].map(([path, sha256]) => ({
    type: 'file',
    'bom-ref': `file:${path}`,
    name: path,
    hashes: hashes(sha256),
  }))
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: `urn:uuid:${medium.id}`,
    version: medium.serial + 1,
    metadata: {
      timestamp: date.toISOString(),
      component: {
        type: 'operating-system',
        'bom-ref': image.name,
        name: medium.label,
        version: `${medium.serial}`,
        ...(bootImage && { description: bootImage.description }),
        hashes: hashes(image.sha256),
      },
    },
    components: [...packages, ...files],
  }
}

const hashes = (sha256: string): object[] => [{ alg: 'SHA-256', content: sha256 }]

async function provenance({ medium, run, bootImage }: MediumBuild, image: ImageFile): Promise<object> {
  const definition = await readFile(run.definition.path)
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: image.name, digest: { sha256: image.sha256 } }],
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate: {
      buildDefinition: {
        buildType: BUILD_TYPE,
        externalParameters: {
          medium: medium.name,
          definition: { name: basename(run.definition.path), digest: { sha256: sha256Of(definition) } },
        },
        internalParameters: { id: medium.id, type: medium.type, serial: medium.serial },
        resolvedDependencies: (bootImage?.components ?? []).map(dependency),
      },
      runDetails: { builder: { id: BUILDER } },
    },
  }
}

const sha256Of = (data: Uint8Array): string => createHash('sha256').update(data).digest('hex')
const dependency = ({ name, purl, sha256 }: Component): object => ({
  name,
  uri: purl,
  ...(sha256 !== undefined && { digest: { sha256 } }),
})
