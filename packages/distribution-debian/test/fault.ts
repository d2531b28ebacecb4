import { DebianError } from '../src/errors.ts'

/** The {@link DebianError} that `work` throws; any other error is thrown again. */
export async function faultOf(work: () => unknown): Promise<DebianError> {
  try {
    await work()
  } catch (error) {
    if (error instanceof DebianError) return error
    throw error
  }
  throw new Error('expected an error')
}
