import { type Entry, fromMemory, type Tree, zeros } from '@bootwright/bytes'

export const date: Date = new Date('2026-11-25T10:20:30Z')
export const file = (content: string | Uint8Array): Entry => ({ kind: 'file', content: fromMemory(content) })

const text = 'The quick brown fox jumps over the lazy dog. '.repeat(3000)
const noise = Uint8Array.from({ length: 200_000 }, (_, at) => (Math.imul(at + 1, 2_654_435_761) ^ (at << 7)) >>> 13)

/** What trips writers up. */
export const tree: Tree = new Map<string, Entry>([
  ['text.txt', file(text)],
  ['a folder/the same.txt', file(text)],
  ['a folder/deep/deeper/noise.bin', file(noise)],
  ['empty folder', { kind: 'folder', mode: 0o700 }],
  ['empty', file('')],
  ['script', { kind: 'file', content: fromMemory('#!/bin/sh\n'), mode: 0o755 }],
  ['zeros', { kind: 'file', content: zeros(1_000_000) }],
  ['Größe 日本語 😀.txt', file('names in every script')],
  ['link', { kind: 'link', target: 'a folder/the same.txt' }],
  ['absolute link', { kind: 'link', target: '/a folder/the same.txt' }],
  ...Array.from({ length: 200 }, (_, index): [string, Entry] => [`many/file ${index}`, file(`number ${index}`)]),
])
