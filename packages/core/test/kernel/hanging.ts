import { context, open, plugin } from './fake.ts'

/** Runs in its own process: hangs at the place named by the argument, and exits with status 3 when that is detected. */
const [, , where] = process.argv
const never = (): Promise<never> => new Promise(() => {})
const controller = new AbortController()

async function main(): Promise<void> {
  const hanging = plugin('@demo/hang', ({ hooks, contribute, onDispose }) => {
    hooks.write.tapPromise('burn', async () => {
      if (where === 'cancelled') controller.abort(new Error('interrupted'))
      if (where === 'tap' || where === 'cancelled') await never()
    })
    contribute('imageReader', 'x', [], () => ({ open: async () => undefined }))
    onDispose(() => (where === 'dispose' ? never() : undefined))
    if (where === 'setup') return never()
  })
  const { kernel } = await open([hanging], controller.signal)
  await using _ = kernel
  await kernel.watch(async () => {
    await kernel.hooks.write.promise(context(controller.signal))
    await kernel.call('imageReader', 'x', 'open disc.iso', () => (where === 'call' ? never() : undefined))
  })
}

main().catch(error => {
  const { name, message, calls } = error
  console.log(JSON.stringify({ name, message, calls }))
  process.exitCode = 3
})
