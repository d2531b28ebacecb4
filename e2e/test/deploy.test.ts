import { execFileSync } from 'node:child_process'
import { promises as fs } from 'node:fs'
import { join } from 'node:path'
import test, { type TestFn } from 'ava'
import { needs, scratch } from '../../scripts/test-tools.ts'
import { startBooted } from '../support/booted.ts'
import { blankDisk } from '../support/debian-system.ts'
import { build, checkDisk, deployAndStart, deployed, prepareDeployment } from '../support/deployment.ts'
import { onMachine } from '../support/machines.ts'

const boots = needs(
  test.serial as unknown as TestFn,
  'qemu-system-x86_64',
  'apt-get',
  'mmdebstrap',
  'wimlib-imagex',
  'mke2fs',
  'debugfs',
)
const folder = scratch()
const reference = join(folder, 'reference.img')

test.before(async () => {
  await prepareDeployment(folder)
  await build(folder, 'deploy')
})

boots('a blank disk is deployed under secure-boot from cd, and starts by itself', t =>
  onMachine(t, async () => {
    await blankDisk(folder, 'reference.img')
    const image = join(folder, 'out/deploy.iso')
    await deployAndStart(t, { image, carrier: 'cd', firmware: 'secure-boot' }, reference)
  }),
)

boots('that system is captured, once', t =>
  onMachine(t, async () => {
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
  }),
)

boots('what was captured deploys another disk under BIOS, although its power is cut while it is applied', t =>
  onMachine(t, async () => {
    await build(folder, 'again')
    const disk = await blankDisk(folder, 'again.img')
    const signal = AbortSignal.timeout(15 * 60_000)
    const medium = { image: join(folder, 'out/again.iso'), disks: [disk], signal }
    {
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
  }),
)
