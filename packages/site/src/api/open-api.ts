import { problem, ROUTES, type Route } from '@bootwright/site-protocol'
import * as z from 'zod'
import { SESSION_COOKIE } from '../auth/authorize.ts'

/** OpenAPI 3.1 description of the management point, generated from the schemas that validate its requests. */
export function openApi(): object {
  const paths: Record<string, Record<string, unknown>> = {}
  for (const [name, route] of Object.entries(ROUTES) as [string, Route<unknown, unknown>][]) {
    const request = z.toJSONSchema(route.request, { io: 'input' }) as {
      readonly properties?: Record<string, unknown>
      readonly required?: readonly string[]
    }
    const pathKeys = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, key]) => key!)
    const isGet = route.method === 'GET'
    const parameters = Object.entries(request.properties ?? {}).flatMap(([key, schema]) => {
      const location = pathKeys.includes(key) ? 'path' : isGet ? 'query' : undefined
      const required = location === 'path' || (request.required ?? []).includes(key)
      return location ? [{ name: key, in: location, required, schema }] : []
    })
    const properties = Object.fromEntries(
      Object.entries(request.properties ?? {}).filter(([key]) => !pathKeys.includes(key)),
    )
    const required = (request.required ?? []).filter(key => !pathKeys.includes(key))
    paths[route.path] = {
      ...paths[route.path],
      [route.method.toLowerCase()]: {
        operationId: name,
        summary: route.summary,
        security: route.caller === 'anyone' ? [] : [{ [route.caller]: [] }],
        ...(parameters.length > 0 && { parameters }),
        ...(!isGet && {
          requestBody: {
            required: true,
            content: { 'application/json': { schema: { ...request, properties, required } } },
          },
        }),
        responses: {
          200: responseOf('The response', route.response),
          '4XX': responseOf('The request was refused: a code for programs and a message for people', problem),
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
          'The certificate of a registered medium, or a client certificate issued by one of the clientAuthorities of the site',
        ),
        viewer: {
          type: 'apiKey',
          in: 'cookie',
          name: SESSION_COOKIE,
          description: 'A session of the page; the certificate of an administrator is accepted instead',
        },
        administrator: certificate('The certificate of an administrator of the site'),
      },
    },
  }
}

const responseOf = (description: string, schema: z.ZodType): object => ({
  description,
  content: { 'application/json': { schema: z.toJSONSchema(schema, { io: 'output' }) } },
})
