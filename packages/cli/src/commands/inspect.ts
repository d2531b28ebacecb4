import { resolve } from 'node:path'
import { read, sortTree, type Tree } from '@bootwright/bytes'
import type { Descriptor } from '@bootwright/medium-format'
import type { Command } from 'commander'
import type { GlobalOptions } from '../global-options.ts'
import type { Io } from '../io.ts'
import { readerPlugins } from '../readers.ts'
import { formatBytes } from '../render/units.ts'
import { treeLines } from './plan.ts'

export function inspectCommand(program: Command, io: Io): void {
  program
    .command('inspect <image-or-disk>')
    .description('show the contents of an image or disk')
    .action(async (image: string, _: unknown, command: Command) => {
      const { json } = command.optsWithGlobals<GlobalOptions>()
      const [{ inspectImage }, plugins] = await Promise.all([import('@bootwright/core'), readerPlugins()])
      const { bytes, format, label, tree, boot, facts } = await inspectImage(resolve(io.cwd, image), plugins)
      const descriptor = await readDescriptor(tree)
      if (json) {
        const files = sortTree(tree).map(({ path, entry }) => ({
          path,
          kind: entry.kind,
          ...(entry.kind === 'file' && { size: entry.content.size }),
        }))
        io.stdout.write(
          `${JSON.stringify({ type: 'image', image, size: bytes.size, format, label, boot, facts, descriptor, files })}\n`,
        )
        return
      }
      const lines = [`${image}: ${format}, ${formatBytes(bytes.size)} (${bytes.size} bytes)`, `  label       ${label}`]
      for (const [name, value] of Object.entries(facts)) lines.push(`  ${name}  ${value}`)
      lines.push(`  starts      ${boot.join(', ') || 'not bootable'}`)
      if (!descriptor) lines.push('  medium      not built by Bootwright: it has no descriptor')
      for (const [name, value] of Object.entries(descriptor ?? {})) lines.push(`  ${name.padEnd(18)}${value}`)
      io.stdout.write(`${[...lines, ...treeLines(tree)].join('\n')}\n`)
    })
}

/** What the medium says of itself; undefined when it is none of ours. */
async function readDescriptor(tree: Tree): Promise<Descriptor | undefined> {
  const { DESCRIPTOR_PATH, decodeDescriptor } = await import('@bootwright/medium-format')
  const entry = tree.get(DESCRIPTOR_PATH)
  return entry?.kind === 'file' ? decodeDescriptor(await read(entry.content)) : undefined
}
