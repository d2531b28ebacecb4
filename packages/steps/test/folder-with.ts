import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { scratch } from '@bootwright/test-support'

/** A new folder with these files. */
export async function folderWith(files: Readonly<Record<string, string>>): Promise<string> {
  const root = scratch()
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), text)
  }
  return root
}
