import { stat } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import type { BuildContext, Finding } from '@bootwright/api'
import { type Bytes, digest, fromFile, fromFolder, type Tree } from '@bootwright/bytes'
import { PRESTART_FOLDER } from '@bootwright/medium-format'
import type { MediaOptions } from '@bootwright/medium-format/options'
import { encryptedBytes } from './encrypt.ts'
import { type Check, error, messageOf } from './findings.ts'
import { checkPrestartCommand, checkPrestartFiles } from './prestart-files.ts'

/** The executable bit of the build machine must not matter: Windows has none, and FAT gives it to every file. */
const MODE = 0o755

/** Puts the prestart files onto the medium; they change less often than the environment and more often than the boot image. */
export async function addPrestartFiles(
  context: BuildContext<MediaOptions>,
  key: Uint8Array | undefined,
): Promise<void> {
  const { prestart } = context.medium.options
  if (!prestart) return
  const { tree, signal } = context
  const content = async (plain: Bytes): Promise<Bytes> =>
    key ? encryptedBytes(plain, key, await digest(plain, 'sha256', { signal })) : plain
  tree.set(PRESTART_FOLDER, { kind: 'folder' })
  if (prestart.files === undefined) return
  for (const [path, entry] of await context.content(prestart.files))
    tree.set(
      `${PRESTART_FOLDER}/${path}`,
      entry.kind === 'file'
        ? { content: await content(entry.content), kind: 'file', mode: MODE, change: 'sometimes' }
        : entry,
    )
}

export async function checkPrestart({ medium, folder }: Check): Promise<readonly Finding[]> {
  const { prestart } = medium.options
  if (!prestart) return []
  const { command, files } = prestart
  if (files === undefined) return checkPrestartCommand(command, new Map())
  // Content sources check URLs. A single letter is a Windows drive.
  if (/^[a-z][a-z0-9+.-]+:/i.test(files)) return []
  const path = resolve(folder, files)
  try {
    const tree = await localTree(path)
    return [...(await checkPrestartFiles(tree)), ...checkPrestartCommand(command, tree)]
  } catch (failure) {
    return [error(['prestart', 'files'], whyUnreadable(path, failure))]
  }
}

/** A file becomes a tree of one, as in a build. */
async function localTree(path: string): Promise<Tree> {
  const isFolder = (await stat(path)).isDirectory()
  return isFolder
    ? await fromFolder(path)
    : new Map([[basename(path), { kind: 'file', content: await fromFile(path) }]])
}

function whyUnreadable(path: string, failure: unknown): string {
  const { code, syscall } = failure as NodeJS.ErrnoException
  if (code === 'ENOENT') return `${path} does not exist; create it, or leave files out`
  return syscall === undefined ? messageOf(failure) : `${path} cannot be read: ${code}`
}
