import { administratorHandlers } from './administrator-handlers.ts'
import { mediumHandlers } from './medium-handlers.ts'
import type { Service, ServiceOptions } from './service.ts'
import { viewerHandlers } from './viewer-handlers.ts'

export const createService = (options: ServiceOptions): Service => ({
  ...mediumHandlers(options),
  ...viewerHandlers(options),
  ...administratorHandlers(options),
})
