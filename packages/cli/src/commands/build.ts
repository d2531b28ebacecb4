import { relative, resolve } from 'node:path'
import type { BuiltMedium } from '@bootwright/core'
import type { Command } from 'commander'
import type { GlobalOptions } from '../global-options.ts'
import type { Io } from '../io.ts'
import { MaskedError } from '../render/error.ts'
import { formatBytes } from '../render/units.ts'
import { traceTo } from '../trace.ts'
import { open } from './open.ts'

interface BuildOptions {
  readonly force?: boolean
  readonly inPlace?: boolean
  readonly yesErase?: string
  readonly verify: boolean
  readonly attest?: boolean
  readonly update?: boolean
  readonly cache: boolean
  readonly trace?: string
}

export function buildCommand(program: Command, io: Io): void {
  program
    .command('build [names...]')
    .description('build media; all media of the definition by default')
    .option('-f, --force', 'replace existing outputs once the new ones are complete')
    .option('--in-place', 'update existing outputs of the same media, writing only what changed')
    .option('--yes-erase <serial>', 'erase the disk with this serial number without a prompt')
    .option('--no-verify', 'do not read disks back after writing')
    .option('--attest', 'write a bill of materials (CycloneDX) and provenance (SLSA) beside each image')
    .option('--update', 'refresh pinned package versions, certificates and sealed environments')
    .option('--no-cache', 'compute all digests anew')
    .option('--trace <file>', 'write a Chrome trace of all plugin calls')
    .action(
      async (
        names: string[],
        {
          force = false,
          inPlace = false,
          yesErase,
          verify,
          attest = false,
          update = false,
          cache,
          trace,
        }: BuildOptions,
        command: Command,
      ) => {
        await using opened = await open(command, io, { refresh: update, coldDigests: !cache })
        const { session, options, renderer } = opened
        await using _trace = trace === undefined ? undefined : await traceTo(resolve(io.cwd, trace), session.mask)
        const built = await masking(session.mask, () =>
          session.build(names, {
            overwrite: force,
            update: inPlace,
            verify,
            erase: yesErase,
            attest,
            prompt: askerOf(io, options),
          }),
        )
        renderer[Symbol.dispose]()
        if (options.json) for (const medium of built) io.stdout.write(`${JSON.stringify(resultOf(medium))}\n`)
        else io.stdout.write(built.map(medium => describe(medium, io.cwd)).join('\n'))
      },
    )
}

/** Somebody is there when they can read the question and type the answer. */
function askerOf(
  { stdin, stderr, signal }: Io,
  { json }: GlobalOptions,
): ((question: string) => Promise<string>) | undefined {
  if (json || !stdin.isTTY || !stderr.isTTY) return undefined
  return async question => {
    const { createInterface } = await import('node:readline/promises')
    const terminal = createInterface({ input: stdin, output: stderr })
    try {
      return await terminal.question(`\n${question}`, { signal })
    } finally {
      terminal.close()
    }
  }
}

/** An error's text may quote what a plugin was given. */
export async function masking<T>(mask: (text: string) => string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw new MaskedError(error, mask)
  }
}

const resultOf = ({ medium, date, bootImage, written }: BuiltMedium): object => ({
  type: 'built',
  name: medium.name,
  id: medium.id,
  label: medium.label,
  date,
  bootImage,
  written,
})

/** As the target for ISO images says it. */
const DISC_ONLY = 'a disc'

function describe({ medium, bootImage, written, images }: BuiltMedium, cwd: string): string {
  const lines = [`${medium.name}: ${medium.type} medium "${medium.label}", ${medium.id}`]
  if (bootImage !== undefined) lines.push(`  boot image  ${bootImage}`)
  for (const { destination, size, sha256, updated } of written) {
    lines.push(
      `  written     ${destination}`,
      `              ${formatBytes(size)} (${size} bytes)${sha256 === undefined ? '' : `, SHA-256 ${sha256}`}`,
    )
    if (updated !== undefined) lines.push(`              updated in place: ${formatBytes(updated)} changed`)
    // Of a set, the first one starts a computer.
    if (images.some(({ parts }) => parts.slice(1).some(part => part.destination === destination))) continue
    const file = relative(cwd, destination)
    if (file.endsWith('.img')) lines.push(`  try it      bootwright test ${file} --firmware bios|uefi|secure-boot`)
    if (file.endsWith('.qcow2')) lines.push(`  try it      bootwright test ${file} --attach-as disk`)
    if (file.endsWith('.iso')) {
      const image = images.find(({ parts }) => parts.some(part => part.destination === destination))
      const stick =
        image?.facts['starts from'] === DISC_ONLY ? '' : `, or write it raw to a USB drive: cp ${file} /dev/YOUR-DRIVE`
      lines.push(
        `  try it      bootwright test ${file} --firmware bios|uefi|secure-boot`,
        `  start it    burn it${stick}`,
      )
    }
  }
  return `${lines.join('\n')}\n`
}
