import { join } from 'node:path'
import { needs, scratch } from '@bootwright/test-support'
import test from 'ava'
import { blankDisk } from '../support/debian-system.ts'
import { build, captureOnce, deployAndStart, deployCaptured, prepareDeployment } from '../support/deployment.ts'
import { onMachine } from '../support/machines.ts'

const boots = needs(test, 'qemu-system-x86_64', 'apt-get', 'mmdebstrap', 'wimlib-imagex', 'mke2fs', 'debugfs')
const folder = scratch()

test.before(async () => {
  await prepareDeployment(folder)
  await build(folder, 'stick')
})

boots(
  'a blank disk is deployed under bios from usb, starts by itself, is captured, and what was captured deploys another one',
  t =>
    onMachine(t, async () => {
      const disk = await blankDisk(folder, 'bios.img')
      await deployAndStart(t, { image: join(folder, 'out/stick.img'), attachAs: 'usb', firmware: 'bios' }, disk)
      await captureOnce(t, folder, disk)
      await deployCaptured(t, folder, { isCut: false })
    }),
)
