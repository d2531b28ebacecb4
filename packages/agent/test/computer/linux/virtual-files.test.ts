import { randomBytes } from 'node:crypto'
import test from 'ava'
import { answerRequest } from '../../../src/computer/linux/virtual-files.ts'

const data = randomBytes(5_000_003)
const errors: unknown[] = []
const files = [
  {
    name: 'image.wim',
    size: data.length,
    read: async (offset: number, length: number) => data.subarray(offset, offset + length),
    onError: () => {},
  },
  {
    name: 'broken',
    size: 10,
    read: async () => {
      throw new Error('of the disc')
    },
    onError: (error: unknown) => errors.push(error),
  },
]

/** A request as the kernel makes it (linux/fuse.h), and what is answered: its error and its data. */
async function request(operation: number, node: number, more: Uint8Array = new Uint8Array(0)) {
  const request = Buffer.alloc(40)
  request.writeUInt32LE(40 + more.length, 0)
  request.writeUInt32LE(operation, 4)
  request.writeBigUInt64LE(77n, 8)
  request.writeBigUInt64LE(BigInt(node), 16)
  const reply = await answerRequest(Buffer.concat([request, more]), files)
  if (!reply) return undefined
  return {
    length: reply.readUInt32LE(0),
    whole: reply.length,
    error: reply.readInt32LE(4),
    unique: reply.readBigUInt64LE(8),
    data: reply.subarray(16),
  }
}
const LOOKUP = 1
const FORGET = 2
const ATTRIBUTES = 3
const READ = 15
const INITIALIZE = 26
function reading(offset: number, size: number): Buffer {
  const more = Buffer.alloc(40)
  more.writeBigUInt64LE(BigInt(offset), 8)
  more.writeUInt32LE(size, 16)
  return more
}

test('the protocol is negotiated, and each reply has its request id and length', async t => {
  const reply = (await request(INITIALIZE, 0, Buffer.alloc(16)))!
  t.like(reply, { error: 0, unique: 77n, length: 80, whole: 80 })
  t.deepEqual([reply.data.readUInt32LE(0), reply.data.readUInt32LE(4)], [7, 31])
})

test('a file is found by name, with its size, and read at any offset', async t => {
  const entry = (await request(LOOKUP, 1, Buffer.from('image.wim\0')))!
  t.is(entry.data.length, 128)
  const node = Number(entry.data.readBigUInt64LE(0))
  t.is(entry.data.readBigUInt64LE(40 + 8), BigInt(data.length))
  const attributes = (await request(ATTRIBUTES, node))!
  t.is(attributes.data.length, 104)
  t.is(attributes.data.readBigUInt64LE(16 + 8), BigInt(data.length))
  for (const [offset, size] of [
    [0, 131_072],
    [4_999_996, 131_072],
    [6_000_000, 4096],
  ] as const)
    t.deepEqual((await request(READ, node, reading(offset, size)))!.data, data.subarray(offset, offset + size))
})

test('missing files, failed reads and unknown operations are errors, and forget has no reply', async t => {
  t.is((await request(LOOKUP, 1, Buffer.from('other\0')))!.error, -2)
  t.is((await request(READ, 3, reading(0, 10)))!.error, -5)
  t.regex(String(errors), /of the disc/)
  t.is((await request(999, 1))!.error, -38)
  t.is(await request(FORGET, 2, Buffer.alloc(8)), undefined)
})
