import * as z from 'zod'

/** Who may call a route. A viewer is a browser that an administrator signed in; administrators may call every route. */
export type RequiredCaller = 'anyone' | 'medium' | 'viewer' | 'administrator'

/** A route of a management point. Client, server and OpenAPI description derive from it. */
export interface Route<Request, Response> {
  readonly method: 'GET' | 'POST'
  /** With parameters as `{name}`, which are properties of the request. */
  readonly path: string
  readonly summary: string
  /** The caller that the server requires. */
  readonly caller: RequiredCaller
  readonly request: z.ZodType<Request>
  readonly response: z.ZodType<Response>
}

/** A request or response without properties. */
export const empty: z.ZodType<Record<string, never>> = z.strictObject({})
