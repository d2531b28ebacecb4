import type { StepProgram } from '@bootwright/api'
import type { SetupOperatingSystemOptions } from '../definitions/setup-operating-system.ts'
import { deployedSystem } from './deployed-system.ts'

const program: StepProgram<SetupOperatingSystemOptions> = {
  async run(_, context) {
    const { root, volume, system } = await deployedSystem(context)
    await context.disks.keepStateOn(volume)
    await context.prepareInstalledSystem(root)
    context.log.info(`${system.name} goes on with the sequence`)
    context.restart('installedSystem')
  },
}
export default program
