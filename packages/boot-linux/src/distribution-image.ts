import type {
  AgentProvider,
  BootImage,
  BootImageRequest,
  Library,
  LinuxDistribution,
  LinuxLayout,
  LinuxPackage,
  PinStore,
} from '@bootwright/api'
import { type Bytes, readText } from '@bootwright/bytes'
import { assemble, type ImageFiles } from './boot/assemble.ts'
import { buildFiles, type Facts, FORMAT_VERSION, PARTS } from './build-files.ts'

export interface Services {
  readonly library: Library
  readonly pins: PinStore
  readonly agent: AgentProvider
}

/** A distribution and one of its kernels, by the names that the definition uses. */
export interface ChosenDistribution {
  readonly name: string
  readonly kernel: string
  readonly distribution: LinuxDistribution
}

/**
 * A boot image from the packages of a distribution. Their versions are pinned beside the definition; the files built from them are stored in
 * the content library.
 */
export async function distributionImage(
  { name, kernel, distribution }: ChosenDistribution,
  { architecture, signal, progress, log }: Pick<BootImageRequest, 'architecture' | 'signal' | 'progress' | 'log'>,
  { library, pins, agent }: Services,
): Promise<BootImage> {
  const choice = { kernel, architecture }
  const inputs = { packages: distribution.packageNames(choice) }
  const pinned = await pins.pin(`boot-linux-${name}-${kernel}-${architecture}`, inputs, async () => {
    const packages = await distribution.resolve(choice, { signal, log })
    return Buffer.from(`${JSON.stringify(packages, undefined, 2)}\n`)
  })
  const packages: readonly LinuxPackage[] = JSON.parse(Buffer.from(pinned).toString())
  const layout = distribution.layout(packages, architecture)
  const linux = layout.kernel.package
  const runtime = await agent.runtime({ platform: 'linux', architecture })
  const key = {
    name: `boot-linux ${name} ${layout.kernel.release} ${linux.version}`,
    inputs: {
      format: FORMAT_VERSION,
      distribution: { name, format: distribution.formatVersion },
      packages,
      runtime: { version: runtime.version, size: runtime.executable.size },
      zstd: process.versions.zstd,
    },
  }
  const files = await library.artifact(key, async () => {
    const task = progress.start(`building the boot image of ${linux.name} ${linux.version}`)
    await using opened = await distribution.open(packages, architecture, { signal, log })
    const built = await buildFiles(opened, layout, runtime.executable, { signal, log })
    task.end()
    return built
  })
  const facts: Facts = JSON.parse(await readText(files.get(PARTS.facts)!))
  const bundle = await agent.bundle({ signal })
  return {
    description: `${distribution.title} ${linux.name} ${linux.version}`,
    architecture,
    date: new Date(facts.date),
    components: [
      ...packages.map(each => ({
        name: each.name,
        version: each.version,
        purl: distribution.packageUrl(each),
        sha256: each.sha256,
      })),
      { name: 'node', version: runtime.version, purl: `pkg:npm/node-linux-${architecture}@${runtime.version}` },
    ],
    assemble: medium => assemble(imageFiles(files, layout), bundle, medium, architecture),
  }
}

function imageFiles(files: ReadonlyMap<string, Bytes>, { uefi }: LinuxLayout): ImageFiles {
  const [isolinux, ldlinux] = [files.get(PARTS.isolinux), files.get(PARTS.ldlinux)]
  const [bootSector, core] = [files.get(PARTS.usbBootSector), files.get(PARTS.usbCore)]
  const [mbr, gptMbr] = [files.get(PARTS.usbMbr), files.get(PARTS.usbGptMbr)]
  return {
    kernel: files.get(PARTS.kernel)!,
    initramfs: files.get(PARTS.initramfs)!,
    uefi: {
      grub: files.get(PARTS.grub)!,
      shim: files.get(PARTS.shim),
      mokManager: files.get(PARTS.mokManager),
      stub: files.get(PARTS.stub),
      folder: uefi.folder,
      menu: uefi.menu,
    },
    bios: isolinux &&
      ldlinux && {
        isolinux,
        ldlinux,
        mbr: files.get(PARTS.mbr),
        usb: bootSector && core && mbr && gptMbr && { bootSector, core, mbr, gptMbr },
      },
  }
}
