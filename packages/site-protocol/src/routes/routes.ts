import { type AdministratorsRoutes, administratorsRoutes } from './administrator-routes.ts'
import { type MediaRoutes, mediaRoutes } from './medium-routes.ts'
import type { Route } from './route.ts'
import { type ViewersRoutes, viewersRoutes } from './viewer-routes.ts'

/** Every route of a management point by name, with its path, required caller and schemas. */
type Routes = MediaRoutes & ViewersRoutes & AdministratorsRoutes
export const ROUTES: Routes = { ...mediaRoutes, ...viewersRoutes, ...administratorsRoutes }

export type RouteName = keyof Routes
export type RequestOf<N extends RouteName> = Routes[N] extends Route<infer Request, unknown> ? Request : never
export type ResponseOf<N extends RouteName> = Routes[N] extends Route<infer _, infer Response> ? Response : never
