import { problem, ROUTES, type Route } from '@bootwright/site-protocol'
import * as z from 'zod'
import { SESSION_COOKIE } from '../auth/authorize.ts'

/** The description of the interface: OpenAPI 3.1, made of what is judged. */
export function openApi(): object {
  const paths: Record<string, Record<string, unknown>> = {}
  for (const [name, route] of Object.entries(ROUTES) as [string, Route<unknown, unknown>][]) {
    const request = z.toJSONSchema(route.request, { io: 'input' }) as {
      readonly properties?: Record<string, unknown>
      readonly required?: readonly string[]
    }
    const inPath = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, key]) => key!)
    const isGet = route.method === 'GET'
    const parameters = Object.entries(request.properties ?? {}).flatMap(([key, schema]) => {
      const place = inPath.includes(key) ? 'path' : isGet ? 'query' : undefined
      const required = place === 'path' || (request.required ?? []).includes(key)
      return place ? [{ name: key, in: place, required, schema }] : []
    })
    const properties = Object.fromEntries(
      Object.entries(request.properties ?? {}).filter(([key]) => !inPath.includes(key)),
    )
    const required = (request.required ?? []).filter(key => !inPath.includes(key))
    paths[route.path] = {
      ...paths[route.path],
      [route.method.toLowerCase()]: {
        operationId: name,
        summary: route.summary,
        security: route.by === 'anybody' ? [] : [{ [route.by]: [] }],
        ...(parameters.length > 0 && { parameters }),
        ...(!isGet && {
          requestBody: {
            required: true,
            content: { 'application/json': { schema: { ...request, properties, required } } },
          },
        }),
        responses: {
          200: answerOf('The answer', route.answer),
          '4XX': answerOf('A refusal, and why', problem),
        },
      },
    }
  }
  const certificate = (description: string): object => ({ type: 'mutualTLS', description })
  return {
    openapi: '3.1.0',
    info: { title: 'Management point', version: '1' },
    paths,
    components: {
      securitySchemes: {
        medium: certificate(
          'The certificate of a medium that is registered, or of an authority that is trusted with media',
        ),
        viewer: {
          type: 'apiKey',
          in: 'cookie',
          name: SESSION_COOKIE,
          description: 'Or the certificate of an administrator',
        },
        administrator: certificate('The certificate of an administrator of the site'),
      },
    },
  }
}

const answerOf = (description: string, schema: z.ZodType): object => ({
  description,
  content: { 'application/json': { schema: z.toJSONSchema(schema, { io: 'output' }) } },
})
