import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Architecture, CheckContext, Finding } from '@bootwright/api'
import { fromFile, read } from '@bootwright/bytes'
import { readWim, WimError } from '@bootwright/format-wim'
import type { RequiredContent } from './content-options.ts'
import { error, messageOf } from './findings.ts'

const WIM_MAGIC = 'MSWIM\0\0\0'

/** What is wrong with the contents that are asked for, as far as it can be told before they are obtained. */
export async function checkContent(
  items: readonly RequiredContent[],
  { folder, medium }: Pick<CheckContext, 'folder' | 'medium'>,
): Promise<readonly Finding[]> {
  const findings = await Promise.all(items.map(each => checkOne(each, folder)))
  return [...items.flatMap(each => checkArchitecture(each, medium.architecture)), ...findings.flat()]
}

function checkArchitecture({ name, architecture, at }: RequiredContent, own: Architecture): readonly Finding[] {
  if (architecture === undefined || architecture === own) return []
  return [error(at, `"${name}" is for ${architecture}, but the medium is for ${own}; use another one`)]
}

async function checkOne(
  { kind, name, source, imageIndex, at }: RequiredContent,
  folder: string,
): Promise<readonly Finding[]> {
  // Content sources check URLs. A single letter is a Windows drive.
  if (/^[a-z][a-z0-9+.-]+:/i.test(source)) return []
  const path = resolve(folder, source)
  try {
    const status = await stat(path)
    if (kind !== 'operatingSystemImage') return []
    if (!status.isFile()) return [error(at, `${path} is not a file; an operating system image must be a file`)]
    return await checkImage(path, imageIndex, at)
  } catch (failure) {
    const { code } = failure as NodeJS.ErrnoException
    const why = code === 'ENOENT' ? 'does not exist' : `cannot be read: ${code ?? messageOf(failure)}`
    return [error(at, `${path}, the source of "${name}", ${why}; correct the path, or remove it`)]
  }
}

/** Of a WIM, the image has to be there; without a number it has to be the only one. */
async function checkImage(
  path: string,
  index: number | undefined,
  at: RequiredContent['at'],
): Promise<readonly Finding[]> {
  const file = await fromFile(path)
  const start = Buffer.from(await read(file, 0, Math.min(WIM_MAGIC.length, file.size))).toString('latin1')
  if (start !== WIM_MAGIC)
    return index === undefined
      ? []
      : [error([...at, 'index'], `${path} is not a WIM, so it has no image ${index}; remove index`)]
  try {
    const { images } = await readWim(file)
    const there = images.map(image => `${image.index} (${image.name || 'without a name'})`).join(', ') || 'none'
    if (index === undefined && images.length !== 1)
      return [error(at, `${path} has ${images.length} images: ${there}; choose one with index`)]
    return index === undefined || images.some(image => image.index === index)
      ? []
      : [error([...at, 'index'], `${path} has no image ${index}; it has ${there}`)]
  } catch (failure) {
    if (!(failure instanceof WimError)) throw failure
    return [error(at, `${path} is a WIM that cannot be read: ${failure.message}`)]
  }
}
