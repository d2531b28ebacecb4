import type { Computer } from '../computer.ts'
import { messageOf } from '../errors.ts'
import { fileSystemsOf, SIGNATURE_LENGTH } from '../medium/signature.ts'
import type { BlockDevice, Volume } from '../medium/storage.ts'

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
