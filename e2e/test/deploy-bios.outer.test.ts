import { join } from 'node:path'
import test from 'ava'
import { needs, scratch } from '../../scripts/test-tools.ts'
import { blankDisk } from '../support/debian-system.ts'
import { build, deployAndStart, prepareDeployment } from '../support/deployment.ts'
import { onMachine } from '../support/machines.ts'

const boots = needs(test, 'qemu-system-x86_64', 'apt-get', 'mmdebstrap', 'wimlib-imagex')
const folder = scratch()

test.before(async () => {
  await prepareDeployment(folder)
  await build(folder, 'stick')
})

boots('a blank disk is deployed under bios from usb, and starts by itself', t =>
  onMachine(t, async () => {
    const disk = await blankDisk(folder, 'bios.img')
    await deployAndStart(t, { image: join(folder, 'out/stick.img'), carrier: 'usb', firmware: 'bios' }, disk)
  }),
)
