import { execFileSync } from 'node:child_process'
import { promises as fs } from 'node:fs'
import { join } from 'node:path'
import { needs, scratch } from '@bootwright/test-support'
import test, { type ExecutionContext } from 'ava'
import { startBooted } from '../support/booted.ts'
import { bootwright, root } from '../support/example.ts'
import { onMachine } from '../support/machines.ts'

const boots = needs(test, 'qemu-system-x86_64', 'apt-get', 'wimlib-imagex')
const place = scratch()
const SEQUENCE = `
name: Refused
operatingSystemImages: { system: { source: system.wim, index: 1 } }
steps:
  - name: Partition
    formatAndPartitionDisk:
      partitions: [{ type: biosBoot, size: 1MB }, { fileSystem: ext4, size: 48MB }]
  - name: Apply
    applyOperatingSystemImage: { image: system, bootLoader: none }
`
const PLUGINS = ['plugin-standalone', 'boot-linux', 'steps', 'target-iso'].map(each => `@bootwright/${each}`)

test.before(async () => {
  await fs.symlink(join(root, 'e2e/node_modules'), join(place, 'node_modules'))
  await fs.mkdir(join(place, 'system/etc'), { recursive: true })
  await fs.writeFile(join(place, 'system/etc/os-release'), 'ID=none\nPRETTY_NAME="No system"\n')
  // Much more than fits, and next to nothing in the WIM.
  await fs.writeFile(join(place, 'system/large'), Buffer.alloc(200 << 20, 'x'))
  execFileSync(
    'wimlib-imagex',
    ['capture', join(place, 'system'), join(place, 'system.wim'), 'system', '--unix-data'],
    {
      stdio: 'ignore',
    },
  )
  await fs.writeFile(join(place, 'refused.yaml'), SEQUENCE)
  const full = {
    type: 'standalone',
    taskSequence: 'refused.yaml',
    unattended: true,
    bootImage: { linux: { distribution: 'debian' } },
    targets: [{ iso: { file: 'full.iso' } }],
  }
  const early = { ...full, validFrom: '2099-01-01', targets: [{ iso: { file: 'early.iso' } }] }
  const definition = { plugins: PLUGINS, media: { full, early } }
  await fs.writeFile(join(place, 'bootwright.config.json'), JSON.stringify(definition))
  const { code, stderr } = await bootwright(['build'], { cwd: place })
  if (code !== 0) throw new Error(stderr)
})

/** Starts a medium, which has to end with this code for machines and these words for people. */
async function refused(t: ExecutionContext, image: string, disk: number, code: RegExp, words: RegExp): Promise<string> {
  const path = join(place, `${image}.img`)
  await fs.writeFile(path, '')
  await fs.truncate(path, disk)
  const signal = AbortSignal.timeout(6 * 60_000)
  await using machine = await startBooted({ image: join(place, `${image}.iso`), disks: [path], signal })
  await machine.waitFor(code, { signal })
  // By then everything is on the disk.
  await machine.waitFor(/What now\?/, { signal })
  t.regex(machine.output, words)
  return path
}

boots('a disk that is too small is refused before anything is written to it', t =>
  onMachine(t, async () => {
    const image = await fs.readFile(join(place, 'full.iso'))
    await fs.writeFile(join(place, 'small.iso'), image)
    const words = /the disk has 33554432 bytes, and the partitions need 55574528; take a larger disk/
    const disk = await refused(t, 'small', 32 << 20, /bootwright: sequence failed 112/, words)
    t.true((await fs.readFile(disk)).every(byte => byte === 0))
  }),
)

boots('a volume that fills up ends the sequence with its own code, and the log is on it', t =>
  onMachine(t, async () => {
    const words = /the volume PARTUUID=\S+ is too small for the image: no space is left on it/
    const disk = await refused(t, 'full', 256 << 20, /bootwright: sequence failed 112/, words)
    t.true((await fs.readFile(disk)).includes('is too small for the image'))
  }),
)

boots('a medium that is not valid yet says so, with the clock of the computer', t =>
  onMachine(t, async () => {
    await refused(t, 'early', 32 << 20, /bootwright: failed NOT_YET_VALID/, /2099-01-01/)
  }),
)

boots('a sequence that was changed does not run', t =>
  onMachine(t, async () => {
    const image = await fs.readFile(join(place, 'full.iso'))
    const at = image.indexOf('"name": "Partition"')
    t.true(at > 0)
    image.write('"name": "Qartition"', at)
    await fs.writeFile(join(place, 'changed.iso'), image)
    const words = /the file bootwright\/environment\.json of this medium was changed/
    await refused(t, 'changed', 256 << 20, /bootwright: failed FILE_CHANGED/, words)
  }),
)
