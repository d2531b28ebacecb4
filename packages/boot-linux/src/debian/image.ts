import type { AgentProvider, BootImage, BootImageRequest, Component, Library, PinStore } from '@bootwright/api'
import { type Bytes, readText } from '@bootwright/bytes'
import { assemble, type ImageFiles } from '../image-files.ts'
import { openApt } from './apt.ts'
import { withPackages } from './download.ts'
import { type Facts, FORMAT_VERSION, makeFiles, PARTS } from './make-files.ts'
import { basePackages, DEBIAN_ARCHITECTURES, kernelMetaPackage, type Package } from './package-list.ts'
import { resolvePackages } from './resolve-packages.ts'

export interface Services {
  readonly library: Library
  readonly keeper: PinStore
  readonly agent: AgentProvider
}

/** A boot image from Debian's packages. Which versions is decided once and kept; the files made from them are in the library. */
export async function debianImage(
  kernel: 'generic' | 'cloud',
  { architecture, signal, progress, log }: BootImageRequest,
  { library, keeper, agent }: Services,
): Promise<BootImage> {
  const debian = DEBIAN_ARCHITECTURES[architecture]
  const folder = await library.toolFolder('apt')
  const connect = () => openApt(folder, debian.name, { signal, onFailure: message => log.debug(message) })
  const asked = [kernelMetaPackage(kernel, architecture), ...basePackages(architecture)]
  const kept = await keeper.pin(`boot-linux-debian-${kernel}-${architecture}`, { packages: asked }, async () => {
    const packages = await resolvePackages(await connect(), kernel, architecture)
    return Buffer.from(`${JSON.stringify(packages, undefined, 2)}\n`)
  })
  const packages: readonly Package[] = JSON.parse(Buffer.from(kept).toString())
  const linux = packages.find(({ name }) => /^linux-image-\d/.test(name))!
  const runtime = await agent.runtime({ platform: 'linux', architecture })
  const key = {
    name: `boot-linux debian ${linux.name.replace('linux-image-', '')} ${linux.version}`,
    inputs: {
      format: FORMAT_VERSION,
      packages,
      runtime: { version: runtime.version, size: runtime.executable.size },
      zstd: process.versions.zstd,
    },
  }
  const files = await library.artifact(key, async () => {
    const task = progress.start(`making the boot image of ${linux.name} ${linux.version}`)
    const made = await withPackages(await connect(), packages, folder, paths =>
      makeFiles(paths, runtime.executable, architecture, { signal, log }),
    )
    task.end()
    return made
  })
  const facts: Facts = JSON.parse(await readText(files.get(PARTS.facts)!))
  const bundle = await agent.bundle({ signal })
  return {
    description: `Debian ${linux.name} ${linux.version}`,
    architecture,
    date: new Date(facts.date),
    components: [
      ...packages.map(debianComponent),
      { name: 'node', version: runtime.version, purl: `pkg:npm/node-linux-${architecture}@${runtime.version}` },
    ],
    assemble: medium => assemble(imageFiles(files), bundle, medium, architecture),
  }
}

const debianComponent = ({ name, version, architecture, sha256 }: Package): Component => ({
  name,
  version,
  purl: `pkg:deb/debian/${encodeURIComponent(name)}@${encodeURIComponent(version)}?arch=${architecture}`,
  sha256,
})

function imageFiles(files: ReadonlyMap<string, Bytes>): ImageFiles {
  const [isolinux, ldlinux] = [files.get(PARTS.isolinux), files.get(PARTS.ldlinux)]
  const [bootSector, core] = [files.get(PARTS.stickBootSector), files.get(PARTS.stickCore)]
  const [mbr, gptMbr] = [files.get(PARTS.stickMbr), files.get(PARTS.stickGptMbr)]
  return {
    kernel: files.get(PARTS.kernel)!,
    initramfs: files.get(PARTS.initramfs)!,
    uefi: {
      grub: files.get(PARTS.grub)!,
      shim: files.get(PARTS.shim),
      mokManager: files.get(PARTS.mokManager),
      stub: files.get(PARTS.stub),
    },
    bios: isolinux &&
      ldlinux && {
        isolinux,
        ldlinux,
        mbr: files.get(PARTS.mbr),
        stick: bootSector && core && mbr && gptMbr && { bootSector, core, mbr, gptMbr },
      },
  }
}
