import type { BootImageDriver, BootImageRequest } from '@bootwright/api'
import { type ChosenDistribution, distributionImage, type Services } from './distribution-image.ts'
import { BootLinuxError } from './errors.ts'
import { filesImage } from './files-image.ts'
import { type LinuxOptions, optionsSchema } from './options.ts'

/** The boot image driver `linux`. */
export const linuxDriver = (services: Services): BootImageDriver<LinuxOptions> => ({
  schema: optionsSchema,
  platform: 'linux',
  async resolve(request) {
    const { files } = request.options
    if (files) return filesImage(files, request, services.agent)
    const chosen = chosenDistribution(request)
    const { limitation } = chosen.distribution.kernels[chosen.kernel]!
    if (limitation !== undefined) request.log.warn(`\`kernel: ${chosen.kernel}\` ${limitation}`)
    return distributionImage(chosen, request, services)
  },
})

/** Throws {@link BootLinuxError} `DISTRIBUTION_UNKNOWN` or `KERNEL_UNKNOWN`, with the names that exist. */
function chosenDistribution({ options, use, names }: BootImageRequest<LinuxOptions>): ChosenDistribution {
  const name = options.distribution!
  const known = names('linuxDistribution')
  if (!known.includes(name))
    throw new BootLinuxError(
      'DISTRIBUTION_UNKNOWN',
      name,
      `bootImage.linux.distribution: no distribution "${name}"; expected one of: ${known.join(', ') || '(none)'}. ` +
        'Add the plugin that contributes it to `plugins`',
    )
  const distribution = use('linuxDistribution', name)
  const kernels = Object.keys(distribution.kernels)
  const kernel = options.kernel ?? kernels[0]!
  if (!kernels.includes(kernel))
    throw new BootLinuxError(
      'KERNEL_UNKNOWN',
      kernel,
      `bootImage.linux.kernel: ${distribution.title} has no kernel "${kernel}"; expected one of: ${kernels.join(', ')}`,
    )
  return { name, kernel, distribution }
}
