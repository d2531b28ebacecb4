import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { digest, fromFile, writeFile } from '@bootwright/bytes'
import { needs } from '@bootwright/test-support'
import test, { type TestFn } from 'ava'
import { guidFrom } from '../src/guid.ts'
import { BASIC_DATA_PARTITION, EFI_SYSTEM_PARTITION, LINUX_FILESYSTEM } from '../src/partition-types.ts'
import { planGptDisk } from '../src/plan-disk.ts'
import { readGpt } from '../src/read-gpt.ts'
import { GOLDEN_PLAN, GOLDEN_SGDISK_ARGUMENTS } from './golden.ts'

const conformance: TestFn = needs(test, 'sgdisk')
const folder = mkdtempSync(join(tmpdir(), 'format-disk-'))
test.after.always(() => rmSync(folder, { recursive: true }))
const sgdisk = (...args: string[]): string => execFileSync('sgdisk', args, { encoding: 'utf8' })

conformance('sgdisk finds no problem on a planned disk of 64 MiB and reads its partitions', async t => {
  const path = join(folder, 'planned.img')
  const disk = planGptDisk({
    diskId: guidFrom('disk'),
    sectors: (64 << 20) / 512,
    partitions: [
      { type: EFI_SYSTEM_PARTITION, name: 'EFI system partition', firstSector: 2048, lastSector: 40959 },
      {
        type: BASIC_DATA_PARTITION,
        name: 'Daten – 数据',
        firstSector: 40960,
        lastSector: 81919,
        attributes: 1n << 60n,
      },
      { type: LINUX_FILESYSTEM, name: 'root', firstSector: 81920, lastSector: 131038 },
    ],
    contents: [],
  })
  await writeFile(path, disk)
  t.regex(sgdisk('-v', path), /No problems found/)
  t.regex(sgdisk('-p', path), /1 +2048 +40959 .* EF00 {2}EFI system partition/)
  const info = sgdisk('-i', '2', path)
  t.regex(info, /First sector: 40960/)
  t.regex(info, /Attribute flags: 1000000000000000/)
  t.regex(info, /Partition name: 'Daten – 数据'/)
  t.true(info.includes(`Partition unique GUID: ${guidFrom(`${guidFrom('disk')}1`)}`))
})

conformance('a table of another size is valid for sgdisk too', async t => {
  const path = join(folder, 'entries.img')
  const partitions = [{ type: LINUX_FILESYSTEM, name: 'root', firstSector: 2048, lastSector: 4095 }]
  await writeFile(path, planGptDisk({ diskId: guidFrom('e'), sectors: 8192, partitions, contents: [], entries: 256 }))
  t.regex(sgdisk('-v', path), /No problems found/)
})

conformance('the whole disk is, byte for byte, what sgdisk writes', async t => {
  const path = join(folder, 'golden.img')
  writeFileSync(path, '')
  truncateSync(path, GOLDEN_PLAN.sectors * 512)
  sgdisk(...GOLDEN_SGDISK_ARGUMENTS, path)
  t.is(await digest(planGptDisk({ ...GOLDEN_PLAN, contents: [] })), await digest(await fromFile(path)))
})

conformance('what sgdisk writes is read', async t => {
  const path = join(folder, 'theirs.img')
  writeFileSync(path, '')
  truncateSync(path, 64 << 20)
  sgdisk('-n', '3:0:+10M', '-t', '3:EF00', '-c', '3:boot', '-n', '7:0:0', '-t', '7:8300', '-c', '7:Wurzel ü', path)
  const gpt = await readGpt(await fromFile(path))
  t.deepEqual(gpt.problems, [])
  t.like(gpt.partitions, {
    length: 2,
    0: { index: 2, type: EFI_SYSTEM_PARTITION, name: 'boot', firstSector: 2048, lastSector: 22527 },
    1: { index: 6, type: LINUX_FILESYSTEM, name: 'Wurzel ü' },
  })
})
