import type { StepProgram } from '@bootwright/api'
import type { ApplyDataImageOptions } from '../definitions/apply-data-image.ts'
import { applyImage } from './apply-image.ts'

const program: StepProgram<ApplyDataImageOptions> = {
  async run({ image, index, destination, wipe }, context) {
    const { variables, log } = context
    const instead = variables.get('OSDDataImageIndex')
    const isWiped = (variables.get('OSDWipeDestinationPartition') ?? String(wipe)).toLowerCase() === 'true'
    const volume = await applyImage(
      context,
      { image, index: instead === undefined ? index : Number(instead), destination },
      { isWiped },
    )
    log.info(`"${image}" is on ${volume}`)
  },
}
export default program
