import type { BootImageDriver } from '@bootwright/api'
import { debianImage, type Services } from './debian/image.ts'
import { filesImage } from './files-image.ts'
import { type LinuxOptions, optionsSchema } from './options.ts'

/** The boot image driver `linux`. */
export const linuxDriver = (services: Services): BootImageDriver<LinuxOptions> => ({
  schema: optionsSchema,
  platform: 'linux',
  async resolve(request) {
    const { files, kernel = 'generic' } = request.options
    if (files) return filesImage(files, request, services.agent)
    if (kernel === 'cloud')
      request.log.warn(
        '`kernel: cloud` drives neither USB nor AHCI: the medium starts in virtual machines only; for others leave `kernel` out',
      )
    return debianImage(kernel, request, services)
  },
})
