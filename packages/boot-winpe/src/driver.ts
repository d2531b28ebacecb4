import type {
  AgentProvider,
  BootFiles,
  BootImage,
  BootImageDriver,
  DigestCache,
  Library,
  MediumIdentity,
} from '@bootwright/api'
import { type Bytes, type Entry, fromMemory, type Tree } from '@bootwright/bytes'
import { type BlobStore, type DigestMemory, patchWim } from '@bootwright/format-wim'
import { START_COMMAND_PATH } from '@bootwright/medium-format'
import { type BootPrograms, chooseBootPrograms, FIRST_PROGRAM, shown } from './boot-programs.ts'
import { bootStore } from './boot-store.ts'
import { agentFiles, mediumFiles, sharedChanges } from './image-changes.ts'
import { optionsSchema, type WinpeOptions } from './options.ts'
import { openSource, type Source } from './source.ts'
import { START_MEDIUM } from './start-medium.ts'
import { openWindowsImage } from './windows-image.ts'

export interface Services {
  readonly library: Library
  readonly agent: AgentProvider
  readonly digests: DigestCache
}

/** Windows PE says no date of its own when it is made by hand. */
const NO_DATE = new Date('1980-01-01T00:00:00Z')
const BOOT_WIM = 'sources/boot.wim'
/** From a medium: the boot manager's messages, fonts and tests. All else on a Windows disc is not for starting. */
const FOLDERS = ['boot', 'efi'] as const
/** Made anew, or chosen: by their paths in lower case. */
const REPLACED = /^(boot\/bcd|efi\/microsoft\/boot\/(bcd|efisys.*\.bin)|.*\.log\d?|boot\/bootfix\.bin)$/
/** etfsboot.com asks for a key while this is there. */
const ASK_FOR_KEY = 'boot/bootfix.bin'
const MEMORY_TESTS = { bios: 'boot/memtest.exe', uefi: 'efi/microsoft/boot/memtest.efi' } as const

/** The boot image driver `winpe`. */
export const winpeDriver = ({ library, agent, digests: cache }: Services): BootImageDriver<WinpeOptions> => ({
  schema: optionsSchema,
  platform: 'windows',
  async resolve({ options, architecture, folder, signal, log }): Promise<BootImage> {
    const source = await openSource(options, folder, architecture)
    const { wim, info, files } = await openWindowsImage(source.wim, options.index, architecture)
    const programs = await chooseBootPrograms(source, files, options, architecture, log)
    const shared = await sharedChanges(options, files, folder)
    const agentPart = await agentFiles(agent, architecture, signal)
    // Compressed contents stay with what else was made for media: the agent's runtime takes seconds.
    const store: BlobStore = { keep: (key, make) => library.file({ name: 'WIM resource', inputs: key }, make) }
    const version = info.version ?? 'of no version'
    const signed = `boot programs signed under ${shown(programs.authority)}`
    log.info(`${source.wim.name}, image ${info.index}: Windows PE ${version}; ${signed}`)
    const digests: DigestMemory = {
      get: content => cache.get(content, 'sha1'),
      set: (content, sha1) => cache.set(content, sha1, 'sha1'),
    }
    return {
      description: `Windows PE ${version} ${architecture}, ${signed}`,
      architecture,
      date: info.modified ?? info.created ?? NO_DATE,
      components: [
        {
          name: 'Windows PE',
          version,
          purl: `pkg:generic/windows-pe@${encodeURIComponent(version)}?arch=${architecture}`,
        },
        { name: 'Node.js', version: agentPart.version, purl: `pkg:npm/node-win-${architecture}@${agentPart.version}` },
      ],
      async assemble(medium) {
        const added = new Map([...shared, ...agentPart.tree, ...mediumFiles(medium, options)])
        const changed = new Map([[info.index, { added }]])
        const { date } = medium
        const { bytes } = await patchWim(wim, { changed }, { date, bootIndex: info.index, store, digests, signal })
        return bootFiles(source, programs, bytes, medium, {
          pressAnyKey: options.pressAnyKey,
          first: FIRST_PROGRAM[architecture],
        })
      },
    }
  },
})

/** Names are in lower case, as on Windows' own discs, so that no carrier has two of one. */
function bootFiles(
  { medium }: Source,
  { manager, otherManager, discImage, fonts, ramDisk, bios }: BootPrograms,
  bootWim: Bytes,
  { label, date }: MediumIdentity,
  { pressAnyKey, first }: { readonly pressAnyKey: boolean; readonly first: string },
): BootFiles {
  const tree = new Map<string, Entry>()
  for (const folder of FOLDERS)
    for (const [below, content] of medium.below(folder)) {
      const path = `${folder}/${below}`
      if (!REPLACED.test(path) || (pressAnyKey && path === ASK_FOR_KEY)) tree.set(path, part(content))
    }
  for (const [name, content] of fonts ?? []) tree.set(`efi/microsoft/boot/fonts/${name}`, part(content))
  const discImagePath = `efi/microsoft/boot/efisys${pressAnyKey ? '' : '_noprompt'}.bin`
  const store = (firmware: 'bios' | 'uefi'): Entry => ({
    kind: 'file',
    content: fromMemory(
      bootStore({ firmware, description: label, date, hasMemoryTest: tree.has(MEMORY_TESTS[firmware]) }),
    ),
  })
  tree.set('efi/microsoft/boot/bcd', store('uefi'))
  tree.set(first, part(manager))
  tree.set(discImagePath, part(discImage))
  if (otherManager) tree.set('bootmgr.efi', part(otherManager))
  tree.set('boot/boot.sdi', part(ramDisk))
  tree.set(BOOT_WIM, part(bootWim))
  tree.set(START_COMMAND_PATH, { kind: 'file', content: fromMemory(START_MEDIUM) })
  const discLoader = 'boot/etfsboot.com'
  tree.delete(discLoader)
  if (bios) {
    tree.set('boot/bcd', store('bios'))
    tree.set('bootmgr', part(bios.manager))
    tree.set(discLoader, part(bios.discLoader))
  }
  return {
    tree,
    bios: bios && { loader: discLoader, sectors: Math.ceil(bios.discLoader.size / 512) },
    uefi: { systemPartition: new Map() as Tree, discImage: discImagePath },
    readsUdf: true,
  }
}

const part = (content: Bytes): Entry => ({ kind: 'file', content, change: 'rarely' })
