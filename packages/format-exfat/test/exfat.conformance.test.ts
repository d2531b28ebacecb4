import { execFileSync } from 'node:child_process'
import { truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fromFile, writeFile } from '@bootwright/bytes'
import { needs, scratch } from '@bootwright/test-support'
import anyTest, { type TestFn } from 'ava'
import { planExfat, readExfat } from '../src/index.ts'
import { date, trees } from './sample.ts'

const test = needs(anyTest as TestFn, 'fsck.exfat', 'mkfs.exfat', 'dump.exfat')
const run = (command: string, ...args: string[]): string =>
  execFileSync(command, args, { encoding: 'utf8', stdio: 'pipe' })

for (const [what, tree] of Object.entries(trees))
  for (const [how, options] of Object.entries({
    'by default': {},
    'of its own geometry': { clusterSize: 65_536, alignment: 1 << 20, size: 6 * 2 ** 30 },
  }))
    test(`fsck.exfat finds no fault in a volume ${how} with ${what}`, async t => {
      const image = join(scratch(), 'volume.img')
      const { bytes, serial } = planExfat(tree, { label: 'Größe', date, ...options })
      await writeFile(image, bytes, { durable: false })
      t.regex(run('fsck.exfat', '-n', image), /clean\. directories \d+, files \d+/)
      const facts = run('dump.exfat', image)
      t.regex(facts, new RegExp(`Volume Serial:\\s+0x${serial.toLowerCase().replace(/^0+/, '0*')}`, 'i'))
      t.regex(facts, /Volume label:\s+Größe/i)
    })
test('a volume that mkfs.exfat made is read', async t => {
  const image = join(scratch(), 'volume.img')
  writeFileSync(image, '')
  truncateSync(image, 300 << 20)
  run('mkfs.exfat', '-L', 'THEIRS', image)
  const volume = await readExfat(await fromFile(image))
  t.like(volume, { label: 'THEIRS', clusterSize: 32_768, size: 300 << 20 })
  t.is(volume.tree.size, 0)
})
