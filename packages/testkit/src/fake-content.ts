import { type Entry, fromMemory, type Tree } from '@bootwright/bytes'

/** A tree of files with the given contents, by path. */
export const fakeContent = (files: Readonly<Record<string, string | Uint8Array>>): Tree =>
  new Map(
    Object.entries(files).map(([path, text]): [string, Entry] => [path, { kind: 'file', content: fromMemory(text) }]),
  )
