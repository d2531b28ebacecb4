import { messageOf } from '../computer/errors.ts'
import { fileSystemsOf, SIGNATURE_LENGTH } from '../computer/file-system-signature.ts'
import type { BlockDevice, Volume } from '../computer/storage.ts'
import type { Computer } from '../ui/computer.ts'

/** Mounts every selected volume. Volumes that cannot be mounted are logged and skipped. */
export async function openVolumes(
  { storage, report }: Pick<Computer, 'storage' | 'report'>,
  isSelected: (device: BlockDevice) => boolean,
): Promise<readonly Volume[]> {
  const opened: Volume[] = []
  for (const each of await storage.devices()) {
    if (!isSelected(each)) continue
    try {
      const [fileSystem] = fileSystemsOf(await storage.head(each, SIGNATURE_LENGTH))
      if (fileSystem) opened.push(await storage.mount(each, fileSystem))
    } catch (error) {
      report.log('info', 'a volume cannot be searched for contents', { device: each.path, error: messageOf(error) })
    }
  }
  return opened
}
