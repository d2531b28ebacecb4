import { type ProblemCode, SiteError } from '@bootwright/site-protocol'
import { NOW } from '@bootwright/test-support/site'
import type { ExecutionContext } from 'ava'

/** A deployment of the task sequence "deploy" to unknown computers. */
export const deployment = { taskSequence: 'deploy', collection: 'unknownComputers', purpose: 'required' } as const

/** Declaration of a site with that deployment. */
export const declaration = (changes: object = {}): object => ({
  name: 'P01',
  deployments: { lab: deployment },
  ...changes,
})

export const later = (days: number): Date => new Date(NOW.getTime() + days * 24 * 60 * 60 * 1000)

/** Asserts that a request is refused with this code, and returns the message. */
export async function refused(t: ExecutionContext, code: ProblemCode, response: Promise<unknown>): Promise<string> {
  const error = await t.throwsAsync(response, { instanceOf: SiteError })
  t.is(error?.code, code, error?.message)
  return error?.message ?? ''
}
