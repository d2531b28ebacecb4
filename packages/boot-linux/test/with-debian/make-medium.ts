import { fileURLToPath } from 'node:url'
import agent from '@bootwright/agent-bundle'
import { digest, type Tree } from '@bootwright/bytes'
import debian from '@bootwright/distribution-debian'
import { fakeMediaType, harness, memoryTarget } from '@bootwright/testkit'
import bootLinux from '../../src/index.ts'

/** Plans a medium with Debian's boot image, as the command does. Files are written to `folder` and the content library only. */
export async function planMedium(
  folder: string,
  libraryFolder?: string,
): Promise<{ readonly tree: Tree; readonly bootImage: string | undefined; readonly date: Date }> {
  await using kit = await harness({
    folder,
    libraryFolder,
    plugins: [agent, bootLinux, debian, fakeMediaType(new Map()), memoryTarget().plugin],
    definition: {
      media: {
        lab: { type: 'plain', label: 'Lab', bootImage: { linux: { distribution: 'debian' } }, targets: ['memory'] },
      },
    },
  })
  const [medium] = await kit.session.plan()
  return medium!
}

/** The digest of every file, by path. */
export async function digestsOf(tree: Tree): Promise<Readonly<Record<string, string>>> {
  const pairs = [...tree].map(async ([path, entry]) => [path, entry.kind === 'file' ? await digest(entry.content) : ''])
  return Object.fromEntries(await Promise.all(pairs))
}

// Run as a program, plans the medium and prints the digests.
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { tree } = await planMedium(process.argv[2]!)
  console.log(JSON.stringify(await digestsOf(tree)))
}
