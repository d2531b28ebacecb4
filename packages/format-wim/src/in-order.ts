/** Results in the order of the items, however many are in work at a time. The first that fails ends it. */
export async function inOrder<T, R>(
  items: readonly T[],
  atOnce: number,
  work: (item: T) => Promise<R>,
): Promise<readonly R[]> {
  const results: R[] = []
  const queue = items.entries()
  let isOver = false
  const run = async (): Promise<void> => {
    for (const [index, item] of queue) {
      if (isOver) return
      results[index] = await work(item)
    }
  }
  const runs = Array.from({ length: Math.min(atOnce, items.length) }, () =>
    run().catch(error => {
      isOver = true
      throw error
    }),
  )
  // All have ended before it does: nothing goes on behind the caller's back.
  const failed = (await Promise.allSettled(runs)).find(result => result.status === 'rejected')
  if (failed) throw failed.reason
  return results
}
