import { execFileSync } from 'node:child_process'
import { promises as fs } from 'node:fs'
import { join } from 'node:path'
import { type Bytes, digest, fromFile, read, type Tree } from '@bootwright/bytes'
import { readIso, readUdf } from '@bootwright/format-iso'
import { needs, scratch } from '@bootwright/test-support'
import test from 'ava'
import { makeWindowsKit } from '../../packages/boot-winpe/test/windows-kit.ts'
import { bootwright, root } from '../support/example.ts'

const builds = needs(test, 'npm', 'wimlib-imagex', 'xorriso', '7z', 'udfinfo', 'sgdisk', 'fsck.fat', 'mcopy')

const FILES = [
  'MediaLabel.txt',
  'boot/bcd',
  'boot/boot.sdi',
  'boot/en-us/bootmgr.exe.mui',
  'boot/etfsboot.com',
  'boot/fonts/wgl4_boot.ttf',
  'boot/memtest.exe',
  'bootmgr',
  'bootmgr.efi',
  'bootwright/environment.json',
  'bootwright/manifest.json',
  'bootwright/medium.json',
  'bootwright/start.cmd',
  'efi/boot/bootx64.efi',
  'efi/microsoft/boot/bcd',
  'efi/microsoft/boot/efisys_noprompt.bin',
  'efi/microsoft/boot/fonts/wgl4_boot.ttf',
  'efi/microsoft/boot/memtest.efi',
  'sources/boot.wim',
]

const folder = scratch()
const run = (command: string, ...args: string[]): string =>
  execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 64 << 20 })

async function build(...options: string[]): Promise<void> {
  const { code, stderr } = await bootwright(['build', ...options], {
    cwd: folder,
    env: { BOOTWRIGHT_LIBRARY: join(folder, 'library') },
  })
  if (code !== 0) throw new Error(stderr)
}

test.before(async () => {
  const { adk } = await makeWindowsKit(folder)
  await fs.symlink(join(root, 'e2e/node_modules'), join(folder, 'node_modules'))
  const definition = {
    plugins: ['plugin-bootable', 'boot-winpe', 'target-iso', 'target-usb'].map(name => `@bootwright/${name}`),
    media: {
      lab: {
        type: 'bootable',
        management: 'dynamic',
        label: 'Lab boot',
        managementPoints: [{ url: 'http://mp.example', allowHttp: true }],
        bootImage: { winpe: { adk } },
        targets: [{ iso: { file: 'out/lab.iso' } }, { usb: { file: 'out/lab.img' } }],
      },
    },
  }
  await fs.writeFile(join(folder, 'bootwright.config.json'), JSON.stringify(definition))
  await build()
})

const filesOf = (tree: Tree): string[] =>
  [...tree].flatMap(([path, { kind }]) => (kind === 'file' ? [path] : [])).sort((a, b) => (a < b ? -1 : 1))
const contentOf = (tree: Tree, path: string): Bytes => {
  const entry = tree.get(path)
  if (entry?.kind !== 'file') throw new Error(`${path} is no file`)
  return entry.content
}

builds(
  'a Windows PE disc has the recorded files on UDF, on Joliet and for xorriso, each with the same content',
  async t => {
    const iso = join(folder, 'out/lab.iso')
    const bytes = await fromFile(iso)
    const { tree, label } = await readUdf(bytes)
    t.deepEqual(filesOf(tree), FILES)
    t.is(label, 'Lab boot')
    const joliet = await readIso(bytes)
    t.deepEqual(filesOf(joliet.tree), FILES)
    for (const path of FILES)
      t.is(await digest(contentOf(tree, path)), await digest(contentOf(joliet.tree, path)), path)
    t.regex(run('udfinfo', iso), /udfrev=1\.02/)
    t.regex(run('7z', 't', iso), /Everything is Ok/)
    t.is(run('xorriso', '-indev', iso, '-find', '/', '-type', 'f').trim().split('\n').length, FILES.length)
  },
)

builds('its El Torito entries load etfsboot.com whole for BIOS, and efisys for UEFI', async t => {
  const report = run('xorriso', '-indev', join(folder, 'out/lab.iso'), '-report_el_torito', 'plain')
  const images = report.split('\n').filter(line => line.startsWith('El Torito boot img'))
  t.regex(images[0]!, /BIOS\s+y\s+none\s+0x0000\s+0x00\s+8\s/)
  t.regex(images[1]!, /UEFI\s+y\s+none/)
  const paths = report.split('\n').filter(line => line.startsWith('El Torito img path'))
  t.regex(paths[0]!, /\/boot\/etfsboot\.com$/i)
  t.regex(paths[1]!, /efisys_noprompt\.bin$/i)
})

builds('a stick has the same files, and starts by UEFI', async t => {
  const image = join(folder, 'out/lab.img')
  t.regex(run('sgdisk', '-v', image), /No problems found/)
  const volume = join(folder, 'volume.fat')
  await fs.writeFile(volume, (await fs.readFile(image)).subarray(1 << 20))
  t.regex(run('fsck.fat', '-n', volume), /\d+ files/)
  const listed = run('mdir', '-/', '-b', '-i', volume).trim().split('\n')
  t.deepEqual(
    listed
      .filter(path => !path.endsWith('/'))
      .map(path => path.replace('::/', ''))
      .sort((a, b) => (a < b ? -1 : 1)),
    FILES,
  )
  const { stdout } = await bootwright(['inspect', image], { cwd: folder })
  t.regex(stdout, /UEFI/)
})

builds('its boot.wim has the agent and a runtime for Windows, and is sound', async t => {
  const { tree } = await readUdf(await fromFile(join(folder, 'out/lab.iso')))
  const wim = join(folder, 'boot.wim')
  await fs.writeFile(wim, await read(contentOf(tree, 'sources/boot.wim')))
  t.regex(run('wimlib-imagex', 'verify', wim), /successfully verified/)
  run('wimlib-imagex', 'extract', wim, '1', '/Bootwright', `--dest-dir=${folder}`)
  const names = await fs.readdir(join(folder, 'Bootwright'))
  t.deepEqual(names.sort(), ['agent.mjs', 'bin', 'node.exe', 'start.cmd'])
  t.is((await fs.readFile(join(folder, 'Bootwright/node.exe'))).toString('latin1', 0, 2), 'MZ')
  // The agent is one module, and says what is wrong with its use on any system.
  t.throws(() => run(process.execPath, join(folder, 'Bootwright/agent.mjs'), 'env'), {
    message: /usage: bootwright-env/,
  })
})

builds('both are what their manifest says, and the same when they are built again', async t => {
  for (const name of ['lab.iso', 'lab.img']) {
    const { code, stdout, stderr } = await bootwright(['verify', join(folder, 'out', name)], {
      cwd: folder,
    })
    t.is(code, 0, `${stdout}${stderr}`)
  }
  const digests = async () =>
    Promise.all(['lab.iso', 'lab.img'].map(async name => digest(await fromFile(join(folder, 'out', name)))))
  const before = await digests()
  await build('--force')
  t.deepEqual(await digests(), before)
})
