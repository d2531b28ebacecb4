import { execFileSync } from 'node:child_process'
import { readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fromFile, read } from '@bootwright/bytes'
import { readFat } from '@bootwright/format-fat'
import { needs, scratch, whereIs } from '@bootwright/test-support'
import anyTest, { type TestFn } from 'ava'
import { installSyslinux, withoutInstallation } from '../src/syslinux.ts'

const test = needs(anyTest as TestFn, 'syslinux', 'mkfs.fat', 'mmd')

/** The core as the installer has it inside: its boot sector is before it, and an ELF module, at a multiple of 32 bytes, behind it. */
function coreOf(installer: Buffer): { bootSector: Buffer; core: Buffer } {
  const start = installer.indexOf('\r\nSYSLINUX ', 512, 'latin1')
  let end = installer.indexOf('\x7fELF', start, 'latin1')
  while ((end - start) % 32 !== 0) end = installer.indexOf('\x7fELF', end + 1, 'latin1')
  return { bootSector: installer.subarray(start - 512, start), core: installer.subarray(start, end) }
}

for (const folder of ['syslinux', 'boot/syslinux'])
  test(`SYSLINUX's own installer makes of the same core in /${folder} what we make of it, byte for byte`, async t => {
    const image = join(scratch(), 'volume.img')
    writeFileSync(image, '')
    truncateSync(image, 64 << 20)
    execFileSync('mkfs.fat', ['-F', '32', '-s', '1', image], { stdio: 'pipe' })
    for (const [index] of folder.split('/').entries())
      execFileSync(
        'mmd',
        [
          '-i',
          image,
          `::/${folder
            .split('/')
            .slice(0, index + 1)
            .join('/')}`,
        ],
        { stdio: 'pipe' },
      )
    execFileSync('syslinux', ['--directory', `/${folder}`, '--install', image], { stdio: 'pipe' })

    const bytes = await fromFile(image)
    const { tree } = await readFat(bytes)
    const path = `${folder}/ldlinux.sys`
    const entry = tree.get(path)
    if (entry?.kind !== 'file') return t.fail()
    const installed = await read(entry.content)
    const boot = await read(bytes, 0, 512)
    const { bootSector, core } = coreOf(readFileSync(whereIs('syslinux')!))

    const clean = withoutInstallation(boot, installed, path)
    t.deepEqual(Buffer.from(clean!.subarray(0, core.length)), core)
    const [segment] = [...entry.content.segments()]
    const sector = segment?.kind === 'file' ? segment.offset / 512 : Number.NaN
    const own = installSyslinux(boot, clean!, { bootSector, loader: path }, sector)
    t.deepEqual(Buffer.from(own.loader), Buffer.from(installed))
    t.deepEqual(Buffer.from(own.bootSector), Buffer.from(boot))

    installed[600]! ^= 1
    t.is(withoutInstallation(boot, installed, path), undefined)
  })
