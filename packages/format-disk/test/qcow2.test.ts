import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { type Bytes, concat, digest, fromFile, fromMemory, overlay, read, writeFile, zeros } from '@bootwright/bytes'
import { needs, scratch } from '@bootwright/test-support'
import ava from 'ava'
import fc from 'fast-check'
import { planQcow2, readQcow2 } from '../src/index.ts'

const test = needs(ava, 'qemu-img')
const CLUSTER = 1 << 16
const run = (...args: string[]): string => execFileSync('qemu-img', args, { encoding: 'utf8', stdio: 'pipe' })

/** QEMU finds nothing wrong with the image, and the same disk in it. */
async function checked(disk: Bytes): Promise<string> {
  const folder = scratch()
  const [raw, image] = [join(folder, 'disk.raw'), join(folder, 'disk.qcow2')]
  await writeFile(raw, disk, { durable: false })
  await writeFile(image, planQcow2(disk), { durable: false })
  run('compare', '-f', 'raw', '-F', 'qcow2', raw, image)
  return run('check', '-f', 'qcow2', image)
}

test('QEMU takes what is written, and it is the same disk', async t => {
  const random = (size: number): Bytes => fromMemory(randomBytes(size))
  const disks: readonly Bytes[] = [
    zeros(512),
    random(512),
    random(CLUSTER * 3 + 512),
    overlay(zeros(5 << 20), [{ offset: CLUSTER - 1, bytes: random(2) }]),
    overlay(zeros(3 * 2 ** 30), [
      { offset: 0, bytes: random(CLUSTER) },
      { offset: (1 << 29) - 7, bytes: random(100_000) },
      { offset: 3 * 2 ** 30 - 1, bytes: random(1) },
    ]),
  ]
  for (const disk of disks) t.regex(await checked(disk), /No errors were found/, `${disk.size} bytes`)
})
test('more clusters than one block of counts has', async t => {
  t.regex(await checked(concat([fromMemory(Buffer.alloc(CLUSTER * 2000, 'full')), zeros(CLUSTER)])), /No errors/)
})
test('zeros take no room', t => {
  t.true(planQcow2(zeros(2 ** 40)).size < 3 * (1 << 20))
  t.is(planQcow2(zeros(1 << 30)).size, 4 * CLUSTER)
})
test('whatever a disk is, it is read again from its image', async t => {
  const part = fc.oneof(
    fc.integer({ min: 1, max: 4 * CLUSTER }).map(zeros),
    fc.uint8Array({ minLength: 1, maxLength: 3000 }).map(data => fromMemory(data)),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(part, { minLength: 1, maxLength: 12 }), async parts => {
      const disk = concat(parts)
      const again = await readQcow2(planQcow2(disk))
      t.is(again.size, disk.size)
      t.is(await digest(again), await digest(disk))
    }),
    { numRuns: 50 },
  )
})
test("QEMU's own images are read, with clusters of any size", async t => {
  const folder = scratch()
  const disk = overlay(zeros(40 << 20), [{ offset: 9_000_000, bytes: fromMemory(randomBytes(300_000)) }])
  const raw = join(folder, 'disk.raw')
  await writeFile(raw, disk, { durable: false })
  for (const options of ['cluster_size=64k', 'cluster_size=512', 'cluster_size=2M', 'compat=0.10']) {
    const image = join(folder, `${options}.qcow2`)
    run('convert', '-f', 'raw', '-O', 'qcow2', '-o', options, raw, image)
    t.is(await digest(await readQcow2(await fromFile(image))), await digest(disk), options)
  }
})
test('what cannot be read says why', async t => {
  const folder = scratch()
  const raw = join(folder, 'disk.raw')
  await writeFile(raw, fromMemory(Buffer.alloc(1 << 20, 'data')), { durable: false })
  const made = (name: string, ...options: string[]): string => {
    run('convert', '-f', 'raw', '-O', 'qcow2', ...options, raw, join(folder, name))
    return join(folder, name)
  }
  const reading = async (path: string) => readQcow2(await fromFile(path))
  await t.throwsAsync(reading(raw), { code: 'DISK_SIGNATURE' })
  await t.throwsAsync(reading(made('compressed', '-c')), { message: /compressed clusters/ })
  const base = made('base')
  run('create', '-f', 'qcow2', '-F', 'qcow2', '-b', base, join(folder, 'based'))
  await t.throwsAsync(reading(join(folder, 'based')), { message: /based on another image/ })
  const image = Buffer.from(await read(planQcow2(fromMemory(Buffer.alloc(1 << 20, 'x')))))
  await t.throwsAsync(readQcow2(fromMemory(image.subarray(0, image.length - CLUSTER))), { code: 'DISK_TRUNCATED' })
  await t.throwsAsync(readQcow2(fromMemory(image.subarray(0, 50))), { code: 'DISK_SIGNATURE' })
  image.writeUInt32BE(40, 20)
  await t.throwsAsync(readQcow2(fromMemory(image)), { message: /clusters of 2\^40/ })
  t.true(statSync(base).size > 0)
})
