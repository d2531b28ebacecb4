import { type Bytes, type Entry, fromMemory, zeros } from '@bootwright/bytes'

export const date: Date = new Date('2026-11-24T12:34:57.890Z')
export const file = (content: Bytes | string): Entry => ({
  kind: 'file',
  content: typeof content === 'string' ? fromMemory(content) : content,
})
export const trees: Readonly<Record<string, ReadonlyMap<string, Entry>>> = {
  nothing: new Map(),
  'a few files': new Map([
    ['a.txt', file('hello')],
    ['empty', file('')],
    ['folder/deep/and deeper/ünïcode 日本 😀.txt', file('x'.repeat(100_000))],
    [`${'long '.repeat(50)}name`, file('long')],
    ['no files in here', { kind: 'folder' }],
  ]),
  '8,000 files in a folder': new Map(
    Array.from({ length: 8000 }, (_, index): [string, Entry] => [`many/file number ${index}.bin`, file(`${index}`)]),
  ),
  'a file of 5 GiB': new Map([
    ['large.wim', file(zeros(5 * 2 ** 30))],
    ['small.txt', file('small')],
  ]),
}
