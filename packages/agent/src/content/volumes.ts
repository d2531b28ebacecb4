import { messageOf } from '../computer/errors.ts'
import { fileSystemsOf, SIGNATURE_LENGTH } from '../computer/file-system-signature.ts'
import type { BlockDevice, Volume } from '../computer/storage.ts'
import type { Computer } from '../ui/computer.ts'

/** Mounts every volume that is wanted and can be mounted. Those that cannot be are logged: they may hold anything. */
export async function openVolumes(
  { storage, report }: Pick<Computer, 'storage' | 'report'>,
  isWanted: (device: BlockDevice) => boolean,
): Promise<readonly Volume[]> {
  const opened: Volume[] = []
  for (const each of await storage.devices()) {
    if (!isWanted(each)) continue
    try {
      const [fileSystem] = fileSystemsOf(await storage.head(each, SIGNATURE_LENGTH))
      if (fileSystem) opened.push(await storage.mount(each, fileSystem))
    } catch (error) {
      report.log('info', 'a volume is not searched for content', { device: each.path, error: messageOf(error) })
    }
  }
  return opened
}
