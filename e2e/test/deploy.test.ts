import { execFileSync } from 'node:child_process'
import { promises as fs } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { type Firmware, type Machine, type MachineOptions, startMachine } from '@bootwright/machine'
import test, { type ExecutionContext } from 'ava'
import { needs, scratch } from '../../scripts/test-tools.ts'
import { atOnce } from './at-once.ts'
import { blankDisk, makeDebian, makeHello } from './debian-system.ts'
import { bootwright, root } from './example.ts'

const boots = needs(test, 'qemu-system-x86_64', 'apt-get', 'mmdebstrap', 'wimlib-imagex', 'mke2fs', 'debugfs')

/** An emulated machine keeps one processor busy. */
const inTurn = atOnce(Math.max(1, availableParallelism()))
const folder = scratch()
const PASSWORD = 'of-ada-alone'
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

test.before(async () => {
  await fs.symlink(join(root, 'e2e/node_modules'), join(folder, 'node_modules'))
  await makeHello(folder)
  await fs.writeFile(join(folder, 'deploy.yaml'), SEQUENCE)
  const plugins = ['plugin-standalone', 'plugin-capture', 'boot-linux', 'steps', 'target-iso', 'target-usb'].map(
    each => `@bootwright/${each}`,
  )
  const deploy = {
    type: 'standalone',
    taskSequence: 'deploy.yaml',
    unattended: true,
    bootImage: { linux: { distribution: 'debian' } },
    targets: [{ iso: { file: 'out/deploy.iso' } }, { usb: { file: 'out/deploy.img' } }],
  }
  const again = {
    ...deploy,
    taskSequence: 'again.yaml',
    variables: { OSDComputerName: 'PC-8' },
    targets: [{ iso: { file: 'out/again.iso' } }],
  }
  const capture = {
    type: 'capture',
    unattended: true,
    bootImage: { linux: { distribution: 'debian' } },
    destination: { volume: 'LABEL=IMAGES', path: 'taken/debian.wim' },
    image: { name: 'Reference', version: '7', creator: 'The lab' },
    targets: [{ iso: { file: 'out/capture.iso' } }],
  }
  await fs.writeFile(join(folder, 'again.yaml'), SEQUENCE.replace('debian.wim', 'taken.wim'))
  const spread = { ...deploy, targets: [{ iso: { file: 'out/spread.iso', mediaSize: '100MB' } }] }
  const media = { deploy, again, capture, spread }
  await fs.writeFile(join(folder, 'bootwright.config.json'), JSON.stringify({ plugins, media }))
  await makeDebian(folder)
  await build('deploy')
})

async function build(name: string): Promise<void> {
  const { code, stderr } = await bootwright(['build', name], { cwd: folder, env: { ADA: PASSWORD } })
  if (code !== 0) throw new Error(stderr)
}

const start = (options: MachineOptions): Promise<Machine> => startMachine({ ...options, restarts: true })
const media = { cd: join(folder, 'out/deploy.iso'), usb: join(folder, 'out/deploy.img') } as const
const deployed = (name: string): RegExp => new RegExp(`deployed: ${name}, good day, ada adm, 50-bootwright-0\\.network`)
const DEPLOYED = deployed('PC-7')

/** The disk alone starts the system, which has its name and nothing left of the sequence. */
async function checkDisk(t: ExecutionContext, disk: string, firmware: Firmware, name = 'PC-7'): Promise<void> {
  const signal = AbortSignal.timeout(5 * 60_000)
  await using machine = await start({ disks: [disk], firmware, signal })
  await machine.waitFor(new RegExp(`${name} login:`), { signal })
  t.notRegex(machine.output, /bootwright: sequence/)
}

/** Moments spread over a deployment; the last ones are in the installed system. */
const MOMENTS = [
  /step 1\/7 Partition started/,
  /step 1\/7 Partition succeeded/,
  /step 2\/7 Apply started/,
  /\n? *\r? {2}[1-9]\d? %, 0:\d+ left/,
  /Debian GNU\/Linux .* is on PARTUUID/,
  /step 3\/7 .* started/,
  /step 5\/7 Setup started/,
  /restarting into installedSystem/,
  /Debian GNU\/Linux|systemd\[1\]/,
  /step 6\/7 Hello started/,
] as const

boots('with the power cut at ten moments it ends deployed all the same', t =>
  inTurn(async () => {
    const disk = await blankDisk(folder, 'cut.img')
    const signal = AbortSignal.timeout(30 * 60_000)
    const machine = { image: media.cd, carrier: 'cd', firmware: 'bios', disks: [disk], signal } as const
    for (const moment of MOMENTS) {
      const running = await start(machine)
      try {
        await running.waitFor(moment, { signal })
        t.log(`cut at ${moment}: ${/sequence resumed/.test(running.output) ? 'resumed' : 'from the start'}`)
      } finally {
        await running.cutPower()
      }
    }
    {
      await using last = await start(machine)
      await last.waitFor(DEPLOYED, { signal })
      await last.waitFor(/bootwright: sequence succeeded/, { signal })
    }
    await checkDisk(t, disk, 'bios')
  }),
)

async function deployAndStart(t: ExecutionContext, firmware: Firmware, carrier: 'cd' | 'usb'): Promise<void> {
  const disk = await blankDisk(folder, `${firmware}.img`)
  const signal = AbortSignal.timeout(15 * 60_000)
  {
    await using machine = await start({ image: media[carrier], carrier, firmware, disks: [disk], signal })
    if (firmware === 'secure-boot') await machine.waitFor(/Secure Boot is on/i, { signal })
    await machine.waitFor(DEPLOYED, { signal })
    await machine.waitFor(/bootwright: sequence (succeeded|failed.*)/, { signal })
    t.regex(machine.output, /bootwright: sequence succeeded/)
    t.notRegex(machine.output, new RegExp(PASSWORD))
  }
  await checkDisk(t, disk, firmware)
}

boots('a blank disk is deployed under secure-boot from cd, and starts by itself', t =>
  inTurn(() => deployAndStart(t, 'secure-boot', 'cd')),
)

boots(
  'a blank disk is deployed under bios from usb, starts by itself, is captured, and what was captured deploys another one',
  t =>
    inTurn(async () => {
      await deployAndStart(t, 'bios', 'usb')
      await captureAndDeploy(t)
    }),
)

async function captureAndDeploy(t: ExecutionContext): Promise<void> {
  const images = join(folder, 'images.img')
  await fs.writeFile(images, '')
  await fs.truncate(images, 2 ** 30)
  execFileSync('mke2fs', ['-q', '-F', '-t', 'ext4', '-L', 'IMAGES', images])
  await build('capture')
  const signal = AbortSignal.timeout(20 * 60_000)
  const reference = join(folder, 'bios.img')
  const capture = { image: join(folder, 'out/capture.iso'), carrier: 'cd', firmware: 'bios' } as const
  {
    await using machine = await start({ ...capture, disks: [reference, images], signal })
    await machine.waitFor(/2 file systems with \d\.\d GB are captured; the image needs at most that/, { signal })
    await machine.waitFor(/taken\/debian\.wim on LABEL=IMAGES has 2 images/, { signal })
    await machine.waitFor(/bootwright: sequence succeeded/, { signal })
    await machine.exited
  }
  {
    await using machine = await start({ ...capture, disks: [reference, images], signal })
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
  await build('again')
  const disk = await blankDisk(folder, 'again.img')
  {
    const medium = { image: join(folder, 'out/again.iso'), carrier: 'cd', firmware: 'bios' } as const
    await using machine = await start({ ...medium, disks: [disk], signal })
    await machine.waitFor(deployed('PC-8'), { signal })
    await machine.waitFor(/bootwright: sequence succeeded/, { signal })
  }
  await checkDisk(t, disk, 'bios', 'PC-8')
}

boots('a set of three discs deploys, with a wrong disc offered once', t =>
  inTurn(async () => {
    await build('spread')
    const discs = [1, 2, 3].map(number => join(folder, `out/spread-${number}.iso`))
    for (const disc of discs) t.true((await fs.stat(disc)).size <= 100e6)
    await t.throwsAsync(fs.stat(join(folder, 'out/spread-4.iso')))
    const disk = await blankDisk(folder, 'spread.img')
    const signal = AbortSignal.timeout(20 * 60_000)
    await using machine = await start({ image: discs[0]!, carrier: 'cd', firmware: 'bios', disks: [disk], signal })
    let after = 0
    let hasErred = false
    for (;;) {
      const found = await machine.waitFor(/bootwright: (?:insert medium (\d)\/3|sequence (succeeded|failed.*))/, {
        signal,
        after,
      })
      after = found.index + found[0].length
      if (found[2] !== undefined) break
      const wanted = Number(found[1])
      if (!hasErred) {
        hasErred = true
        await machine.changeDisc(media.cd)
        await machine.waitFor(/bootwright: wrong medium unknown/, { signal })
      }
      await machine.changeDisc(discs[wanted - 1]!)
    }
    t.true(hasErred)
    t.regex(machine.output, /bootwright: sequence succeeded/)
    t.regex(machine.output, DEPLOYED)
  }),
)
