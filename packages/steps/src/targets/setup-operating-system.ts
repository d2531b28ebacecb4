import type { StepProgram } from '@bootwright/api'
import type { SetupOperatingSystemOptions } from '../steps/setup-operating-system.ts'
import { targetSystem } from './target-system.ts'

const program: StepProgram<SetupOperatingSystemOptions> = {
  async run(_, context) {
    const { root, volume, system } = await targetSystem(context)
    await context.disks.keepStateOn(volume)
    await context.prepareInstalledSystem(root)
    context.log.info(`${system.name} goes on with the sequence`)
    context.restart('installedSystem')
  },
}
export default program
