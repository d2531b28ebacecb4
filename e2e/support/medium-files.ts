import { promises as fs } from 'node:fs'
import { type Bytes, fromFile, read } from '@bootwright/bytes'
import { readIso } from '@bootwright/format-iso'

async function entryOf(image: string, path: string): Promise<Bytes> {
  const entry = (await readIso(await fromFile(image))).tree.get(path)
  if (entry?.kind !== 'file') throw new Error(`${image} has no file ${path}`)
  return entry.content
}

/** A file of a disc. */
export const fileOf = async (image: string, path: string): Promise<Uint8Array> => await read(await entryOf(image, path))

/** Overwrites a file of a disc with other text of the same length, without updating manifest or signature. */
export async function overwrite(image: string, path: string, change: (text: string) => string): Promise<void> {
  const content = await entryOf(image, path)
  const text = Buffer.from(await read(content))
  const changed = Buffer.from(change(text.toString('latin1')), 'latin1')
  const [segment] = [...content.segments()]
  if (segment?.kind !== 'file' || changed.length !== text.length) throw new Error(`${path} cannot be overwritten`)
  const handle = await fs.open(image, 'r+')
  await handle.write(changed, 0, changed.length, segment.offset)
  await handle.close()
}
