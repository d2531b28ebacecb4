import type { StepProgram } from '@bootwright/api'
import type { ApplyOperatingSystemImageOptions } from '../definitions/apply-operating-system-image.ts'
import { applyImage } from './apply-image.ts'
import { makeWindowsStart } from './boot/windows.ts'
import { makeLinuxStart } from './linux/boot-loader.ts'
import { systemOn } from './system-on.ts'

const program: StepProgram<ApplyOperatingSystemImageOptions> = {
  async run(options, context) {
    const { variables, disks, log } = context
    const index = variables.get('OSDImageIndex')
    const volume = await applyImage(context, { ...options, index: index === undefined ? options.index : Number(index) })
    variables.set('OSDTargetSystemDrive', volume)
    const root = await disks.mount(volume)
    await disks.keepStateOn(volume)
    const system = await systemOn(root)
    if (system === undefined)
      throw new Error(
        `the image "${options.image}" holds no operating system: neither etc/os-release nor Windows/System32 is in it; is it the right image of the WIM?`,
      )
    log.info(`${system.name} is on ${volume}`)
    if (options.bootLoader === 'none') return
    if (system.platform === 'linux') await makeLinuxStart(context, { volume, root, system })
    else await makeWindowsStart(context, { volume, root })
  },
}
export default program
