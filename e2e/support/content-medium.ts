import { join } from 'node:path'
import { digest, fromFile } from '@bootwright/bytes'
import type { ExecutionContext } from 'ava'
import { contentDefinition } from './content.ts'
import { bootwright } from './example.ts'

/** One medium of much content, and how it is built. */
export interface ContentMedium {
  readonly folder: string
  readonly image: string
  readonly args: readonly string[]
  readonly env: NodeJS.ProcessEnv
}

export async function contentMedium(t: ExecutionContext, size: number, target: 'iso' | 'usb'): Promise<ContentMedium> {
  const { folder, definition, image } = await contentDefinition(t, size, target)
  const args = ['build', '-c', definition, '--json']
  return { folder, image, args, env: { BOOTWRIGHT_LIBRARY: join(folder, 'library') } }
}
export const digestOf = async (image: string): Promise<string> => digest(await fromFile(image))

/** Bytes that an update in place wrote. */
export async function update(t: ExecutionContext, { args, env }: ContentMedium): Promise<number> {
  const { code, stdout, stderr } = await bootwright([...args, '--in-place'], { env })
  t.is(code, 0, stderr)
  const built = stdout.split('\n').find(line => line.includes('"type":"built"'))!
  return JSON.parse(built).written[0].updated
}
/** The digest of a new image. */
export async function fresh(t: ExecutionContext, { args, env, image }: ContentMedium): Promise<string> {
  t.is((await bootwright([...args, '--force'], { env })).code, 0)
  return await digestOf(image)
}
