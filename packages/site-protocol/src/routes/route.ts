import * as z from 'zod'

/** What may be asked of a management point. The description by OpenAPI is made of it. */
export interface Route<Request, Answer> {
  readonly method: 'GET' | 'POST'
  /** Parameters as `{name}`, which are in the request too. */
  readonly path: string
  readonly summary: string
  /** Whose certificate is asked for; a viewer is an administrator, or a browser that one of them let in. */
  readonly by: 'anybody' | 'medium' | 'viewer' | 'administrator'
  readonly request: z.ZodType<Request>
  readonly answer: z.ZodType<Answer>
}

/** Of who asks without saying anything. */
export const nothing: z.ZodType<Record<string, never>> = z.strictObject({})
