import { promises as fs } from 'node:fs'
import { join } from 'node:path'
import { fromMemory, readText } from '@bootwright/bytes'
import { openLibrary } from '../../src/content/library.ts'

/** Run as a process of its own: fills the library, or holds a lock of it until it is killed. */
const [, , folder = '', what] = process.argv
const library = openLibrary(folder, new AbortController().signal)

if (what === 'hold')
  await library.artifact({ name: 'held', inputs: 0 }, async () => {
    console.log('holding')
    await new Promise(resolve => setTimeout(resolve, 600_000))
    return new Map()
  })
for (const number of [0, 1, 2, 3]) {
  const files = await library.artifact({ name: 'demo', inputs: number }, async () => {
    await fs.appendFile(join(folder, 'created.log'), `${number}\n`)
    await new Promise(resolve => setTimeout(resolve, 50))
    return new Map([
      ['own', fromMemory(`content ${number}`)],
      ['shared', fromMemory('the same in all')],
    ])
  })
  for (const [name, bytes] of files) console.log(name, await readText(bytes))
}
