import { execFileSync } from 'node:child_process'
import { promises as fs } from 'node:fs'
import { join } from 'node:path'
import type { Firmware } from '@bootwright/virtual-machine'
import type { ExecutionContext } from 'ava'
import { startBooted } from './booted.ts'
import { blankDisk, debianImage, makeHello } from './debian-system.ts'
import { bootwright, root } from './example.ts'
import { start } from './machines.ts'

export const PASSWORD = 'of-ada-alone'
const SEQUENCE = `
name: Deploy Debian
operatingSystemImages:
  debian: { source: debian.wim, index: 1 }
packages:
  hello: { source: hello, programs: { install: sh install.sh } }
variables: { OSDComputerName: PC-7, OSDAdapterCount: 1, OSDAdapter0EnableDHCP: false }
steps:
  - name: Partition
    formatAndPartitionDisk:
      partitions:
        - { type: biosBoot, size: 1MB }
        - { type: efi, size: 64MB }
        - { fileSystem: ext4, label: system }
  - name: Apply
    applyOperatingSystemImage: debian
  - name: Settings
    group:
      - applyLinuxSettings:
          users: [{ name: ada, password: { secret: { env: ADA } }, groups: [adm] }]
      - applyNetworkSettings:
  - name: Setup
    setupOperatingSystem:
  - name: Hello
    installPackage: { package: hello, program: install }
  - name: Tell
    runCommandLine: >-
      echo "deployed: $(hostname), $(cat /opt/hello/greeting), $(id -nG ada), $(ls /etc/systemd/network)"
`
const BOOT_IMAGE = { linux: { distribution: 'debian' } }
const DEPLOY = { type: 'standalone', taskSequence: 'deploy.yaml', unattended: true, bootImage: BOOT_IMAGE }
export type MediumName = 'deploy' | 'stick' | 'spread' | 'again' | 'capture'
const MEDIA: Readonly<Record<MediumName, object>> = {
  deploy: { ...DEPLOY, targets: [{ iso: { file: 'out/deploy.iso' } }] },
  stick: { ...DEPLOY, targets: [{ usb: { file: 'out/stick.img' } }] },
  spread: { ...DEPLOY, targets: [{ iso: { file: 'out/spread.iso', mediaSize: '100MB' } }] },
  /** Deploys what was captured to `taken.wim`. */
  again: {
    ...DEPLOY,
    taskSequence: 'again.yaml',
    variables: { OSDComputerName: 'PC-8' },
    targets: [{ iso: { file: 'out/again.iso' } }],
  },
  capture: {
    type: 'capture',
    unattended: true,
    bootImage: BOOT_IMAGE,
    destination: { volume: 'LABEL=IMAGES', path: 'taken/debian.wim' },
    image: { name: 'Reference', version: '7', creator: 'The lab' },
    targets: [{ iso: { file: 'out/capture.iso' } }],
  },
}

/** Writes the definition of those media, and what they are made of, into `folder`. */
export async function prepareDeployment(folder: string): Promise<void> {
  await fs.symlink(join(root, 'e2e/node_modules'), join(folder, 'node_modules'))
  await makeHello(folder)
  await fs.symlink(await debianImage(), join(folder, 'debian.wim'))
  await fs.writeFile(join(folder, 'deploy.yaml'), SEQUENCE)
  await fs.writeFile(join(folder, 'again.yaml'), SEQUENCE.replace('debian.wim', 'taken.wim'))
  const plugins = ['plugin-standalone', 'plugin-capture', 'boot-linux', 'steps', 'target-iso', 'target-usb'].map(
    each => `@bootwright/${each}`,
  )
  await fs.writeFile(join(folder, 'bootwright.config.json'), JSON.stringify({ plugins, media: MEDIA }))
}

export async function build(folder: string, name: MediumName): Promise<void> {
  const { code, stderr } = await bootwright(['build', name], { cwd: folder, env: { ADA: PASSWORD } })
  if (code !== 0) throw new Error(stderr)
}

/** What the last step of the sequence prints in the system that was deployed. */
export const deployed = (name = 'PC-7'): RegExp =>
  new RegExp(`deployed: ${name}, good day, ada adm, 50-bootwright-0\\.network`)

/** The disk alone starts the system, which has its name and nothing left of the sequence. */
export async function checkDisk(t: ExecutionContext, disk: string, firmware: Firmware, name = 'PC-7'): Promise<void> {
  const signal = AbortSignal.timeout(8 * 60_000)
  await using machine = await start({ disks: [disk], firmware, restarts: true, signal })
  await machine.waitFor(new RegExp(`${name} login:`), { signal })
  t.notRegex(machine.output, /bootwright: sequence/)
}

/** Deploys a blank disk from a medium, which then starts by itself. */
export async function deployAndStart(
  t: ExecutionContext,
  medium: { readonly image: string; readonly attachAs: 'cd' | 'usb'; readonly firmware: Firmware },
  disk: string,
): Promise<void> {
  const signal = AbortSignal.timeout(15 * 60_000)
  {
    await using machine = await start({ ...medium, disks: [disk], restarts: true, signal })
    if (medium.firmware === 'secure-boot') await machine.waitFor(/Secure Boot is on/i, { signal })
    await machine.waitFor(deployed(), { signal })
    await machine.waitFor(/bootwright: sequence (succeeded|failed.*)/, { signal })
    t.regex(machine.output, /bootwright: sequence succeeded/)
    t.notRegex(machine.output, new RegExp(PASSWORD))
  }
  await checkDisk(t, disk, medium.firmware)
}

/** Captures the system of a disk to `taken.wim` in the folder; a second time that is refused, as the image is there. */
export async function captureOnce(t: ExecutionContext, folder: string, reference: string): Promise<void> {
  const images = join(folder, 'images.img')
  await fs.writeFile(images, '')
  await fs.truncate(images, 2 ** 30)
  execFileSync('mke2fs', ['-q', '-F', '-t', 'ext4', '-L', 'IMAGES', images])
  await build(folder, 'capture')
  const signal = AbortSignal.timeout(15 * 60_000)
  const capture = { image: join(folder, 'out/capture.iso'), disks: [reference, images], signal }
  {
    await using machine = await startBooted(capture)
    await machine.waitFor(/2 file systems with \d\.\d GB are captured; the image needs at most that/, { signal })
    await machine.waitFor(/taken\/debian\.wim on LABEL=IMAGES has 2 images/, { signal })
    await machine.waitFor(/bootwright: sequence succeeded/, { signal })
    await machine.exited
  }
  {
    await using machine = await startBooted(capture)
    await machine.waitFor(/taken\/debian\.wim is on LABEL=IMAGES already/, { signal })
    await machine.waitFor(/bootwright: sequence failed 1/, { signal })
  }
  const taken = join(folder, 'taken.wim')
  execFileSync('debugfs', ['-R', `dump /taken/debian.wim ${taken}`, images], { stdio: 'ignore' })
  execFileSync('wimlib-imagex', ['verify', taken], { stdio: 'ignore' })
  const about = execFileSync('wimlib-imagex', ['info', taken, '--xml'], { encoding: 'utf16le' })
  t.regex(about, /<NAME>Reference<\/NAME>/)
  t.regex(about, /<CREATOR>The lab<\/CREATOR>/)
  const files = execFileSync('wimlib-imagex', ['dir', taken, '1'], { encoding: 'utf8', maxBuffer: 64 << 20 })
  t.notRegex(files, /^\/(_SMSTaskSequence|lost\+found)/m)
}

/** Deploys what was captured to a blank disk under BIOS, which then starts by itself; with `isCut` its power is cut while it is applied. */
export async function deployCaptured(
  t: ExecutionContext,
  folder: string,
  { isCut }: { readonly isCut: boolean },
): Promise<void> {
  await build(folder, 'again')
  const disk = await blankDisk(folder, 'again.img')
  const signal = AbortSignal.timeout(15 * 60_000)
  const medium = { image: join(folder, 'out/again.iso'), disks: [disk], signal }
  if (isCut) {
    await using machine = await startBooted(medium)
    await machine.waitFor(/\r {2}[1-9]\d? %, 0:\d+ left/, { signal })
    await machine.cutPower()
  }
  {
    await using machine = await startBooted(medium)
    await machine.waitFor(deployed('PC-8'), { signal })
    await machine.waitFor(/bootwright: sequence succeeded/, { signal })
  }
  await checkDisk(t, disk, 'bios', 'PC-8')
}
