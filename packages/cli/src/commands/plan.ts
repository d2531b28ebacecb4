import { fingerprint, sortTree, type Tree } from '@bootwright/bytes'
import type { PlannedMedium } from '@bootwright/core'
import type { Command } from 'commander'
import type { Io } from '../io.ts'
import { formatBytes } from '../render/units.ts'
import { masking } from './build.ts'
import { open } from './open.ts'

export function planCommand(program: Command, io: Io): void {
  program
    .command('plan [names...]')
    .description('show exactly what would be built, without writing anything')
    .action(async (names: string[], _: unknown, command: Command) => {
      await using opened = await open(command, io)
      const { session, options, renderer } = opened
      const planned = await masking(session.mask, () => session.plan(names))
      renderer[Symbol.dispose]()
      if (options.json) for (const medium of planned) io.stdout.write(`${JSON.stringify(resultOf(medium))}\n`)
      else io.stdout.write(planned.map(describe).join('\n'))
    })
}

const resultOf = ({ medium, date, bootImage, images, tree }: PlannedMedium): object => ({
  type: 'planned',
  name: medium.name,
  id: medium.id,
  label: medium.label,
  date,
  bootImage,
  images: images.map(({ parts, facts }) => ({
    facts,
    parts: parts.map(({ destination, bytes }) => ({ destination, size: bytes.size, fingerprint: fingerprint(bytes) })),
  })),
  files: filesOf(tree),
})

const filesOf = (tree: Tree): object[] =>
  sortTree(tree).map(({ path, entry }) => ({
    path,
    kind: entry.kind,
    ...(entry.kind === 'file' && { size: entry.content.size }),
  }))

function describe({ medium, date, bootImage, images, tree }: PlannedMedium): string {
  const lines = [
    `${medium.name}: ${medium.type} medium "${medium.label}"`,
    `  id          ${medium.id}`,
    `  date        ${date.toISOString()}`,
  ]
  if (bootImage !== undefined) lines.push(`  boot image  ${bootImage}`)
  for (const { parts, facts } of images) {
    for (const { destination, bytes } of parts)
      lines.push(`  would write ${destination}: ${formatBytes(bytes.size)} (${bytes.size} bytes)`)
    for (const [name, value] of Object.entries(facts)) lines.push(`              ${name}: ${value}`)
  }
  return `${[...lines, ...treeLines(tree)].join('\n')}\n`
}

/** One line an entry: size, path. */
export function treeLines(tree: Tree): string[] {
  return sortTree(tree).map(({ path, entry }) => {
    if (entry.kind === 'folder') return `${' '.repeat(14)}  ${path}/`
    if (entry.kind === 'link') return `${' '.repeat(14)}  ${path} -> ${entry.target}`
    return `${String(entry.content.size).padStart(14)}  ${path}`
  })
}
