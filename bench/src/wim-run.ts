// One thing that wim.ts measures, as a process of its own: what to do and with what are its arguments.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Bytes, fingerprint, fromFile, fromFolder, type Tree, writeFile } from '@bootwright/bytes'
import { planIso } from '@bootwright/format-iso'
import {
  type BlobStore,
  createWim,
  type DigestMemory,
  patchWim,
  readImage,
  readWim,
  verifyWim,
  walk,
} from '@bootwright/format-wim'

const date = new Date('2026-01-01T00:00:00Z')
const [, , command, ...rest] = process.argv

const commands: Readonly<Record<string, (...args: string[]) => Promise<void>>> = {
  async verify(file) {
    const faults = await verifyWim(await readWim(await fromFile(file!)))
    if (faults.length > 0) throw faults[0]!.error
  },
  async capture(folder, out, compression, threads) {
    const options = { date, compression: compression as 'lzx', threads: Number(threads), hasUnixData: true }
    const { bytes } = await createWim([{ folder: folder! }], options)
    await writeFile(out!, bytes, { durable: false, overwrite: true })
  },
  /** A WIM with a folder injected, inside of a bootable image; `store` keeps what was compressed. */
  async inject(file, folder, out, store) {
    const added: Tree = new Map([...(await fromFolder(folder!))].map(([path, entry]) => [`Bootwright/${path}`, entry]))
    const wim = await readWim(await fromFile(file!))
    const { bytes } = await patchWim(
      wim,
      { changed: new Map([[1, { added }]]) },
      {
        date,
        store: storeIn(store!),
        digests: digestsIn(store!),
      },
    )
    const tree: Tree = new Map([['sources/boot.wim', { kind: 'file', content: bytes }]])
    const image = planIso(tree, { label: 'Bench', date, udf: true })
    await writeFile(out!, image.bytes, { durable: false, overwrite: true })
  },
  /** Bytes of memory that an image takes for each of its files. */
  async memory(file) {
    const wim = await readWim(await fromFile(file!))
    globalThis.gc!()
    const before = process.memoryUsage()
    const image = await readImage(wim, 1)
    globalThis.gc!()
    const after = process.memoryUsage()
    let files = 0
    for (const _ of walk(image.root)) files += 1
    const taken = after.heapUsed - before.heapUsed + after.arrayBuffers - before.arrayBuffers
    console.log(`${files} files, ${Math.round(taken / files)} bytes of memory for each`)
  },
}

function digestsIn(folder: string): DigestMemory {
  const fileOf = (content: Bytes): string => join(folder, `${fingerprint(content)}.sha1`)
  return {
    get: async content => (existsSync(fileOf(content)) ? readFileSync(fileOf(content), 'utf8') : undefined),
    set: async (content, sha1) => writeFileSync(fileOf(content), sha1),
  }
}

function storeIn(folder: string): BlobStore {
  mkdirSync(folder, { recursive: true })
  return {
    async keep(key, make) {
      const path = join(folder, key)
      if (!existsSync(path)) await writeFile(path, await make(), { durable: false })
      return await fromFile(path)
    },
  }
}

await commands[command!]!(...rest)
