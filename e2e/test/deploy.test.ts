import { join } from 'node:path'
import { needs, scratch } from '@bootwright/test-support'
import test, { type TestFn } from 'ava'
import { blankDisk } from '../support/debian-system.ts'
import { build, captureOnce, deployAndStart, deployCaptured, prepareDeployment } from '../support/deployment.ts'
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
    await deployAndStart(t, { image, attachAs: 'cd', firmware: 'secure-boot' }, reference)
  }),
)

boots('that system is captured, once', t =>
  onMachine(t, async () => {
    await captureOnce(t, folder, reference)
  }),
)

boots('what was captured deploys another disk under BIOS, although its power is cut while it is applied', t =>
  onMachine(t, async () => {
    await deployCaptured(t, folder, { isCut: true })
  }),
)
