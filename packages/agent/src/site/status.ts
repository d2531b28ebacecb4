import type { SiteClient, StatusMessage } from '@bootwright/site-protocol'
import { messageOf } from '../computer/errors.ts'
import type { Computer } from '../ui/computer.ts'
import type { SiteStateStore } from './site-state.ts'

/** Sends status messages to the site; undelivered ones are saved with the state. */
export interface StatusQueue {
  add(event: Pick<StatusMessage, 'event' | 'step' | 'exitCode' | 'message'>): void
  /** Waits until all messages are delivered, for at most `patience` milliseconds. */
  flush(patience: number): Promise<void>
}

/** Messages per request. */
const AT_ONCE = 100
const TEXT_LIMIT = 4000
/** Pause between attempts. Milliseconds. */
const PAUSE = 2000

export function statusQueue(
  computer: Pick<Computer, 'clock' | 'report' | 'masker'>,
  client: SiteClient,
  store: SiteStateStore,
): StatusQueue {
  const { clock, report, masker } = computer
  let delivery: Promise<boolean> | undefined

  /** Returns whether all messages are delivered. */
  const deliver = async (): Promise<boolean> => {
    for (;;) {
      const { site } = store.current
      const messages = site?.pending.slice(0, AT_ONCE) ?? []
      if (messages.length === 0) return true
      try {
        await client.request('status', { messages })
      } catch (error) {
        report.log('warn', 'status messages cannot be delivered', { error: messageOf(error) })
        return false
      }
      const now = store.current.site!
      store.change({ site: { ...now, pending: now.pending.slice(messages.length) } })
    }
  }
  const begin = (): Promise<boolean> => {
    delivery ??= deliver().finally(() => {
      delivery = undefined
    })
    return delivery
  }
  return {
    add({ message, ...event }) {
      const site = store.current.site!
      const { run, number, deployment, client: own } = site
      const text = message === undefined ? {} : { message: masker.mask(message).slice(0, TEXT_LIMIT) }
      const time = clock.now().toISOString()
      const added: StatusMessage = { run, number, client: own, deployment, time, ...event, ...text }
      store.change({ site: { ...site, number: number + 1, pending: [...site.pending, added] } })
      void begin()
    },
    async flush(patience) {
      const until = clock.now().getTime() + patience
      // A delivery in progress may have started before the last message.
      await delivery
      while (!(await begin()) && clock.now().getTime() < until) await clock.sleep(PAUSE)
    },
  }
}
