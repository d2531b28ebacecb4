import { forAdministrators } from './administrator-handlers.ts'
import { forMedia } from './medium-handlers.ts'
import type { Service, ServiceOptions } from './service.ts'
import { forViewers } from './viewer-handlers.ts'

export const createService = (options: ServiceOptions): Service => ({
  ...forMedia(options),
  ...forViewers(options),
  ...forAdministrators(options),
})
