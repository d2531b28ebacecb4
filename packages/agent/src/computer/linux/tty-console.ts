import { closeSync, constants, openSync, write as writeFd } from 'node:fs'
import { StringDecoder } from 'node:string_decoder'
import { setTimeout as sleep } from 'node:timers/promises'
import { ReadStream } from 'node:tty'
import { promisify } from 'node:util'
import type { Console, ConsoleEvents } from '../console.ts'

/** Without O_NONBLOCK, opening a serial line may wait for a modem; the console must not become the agent's controlling terminal. */
const FLAGS = constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK
/** Delay before a retry on a line that is blocked by flow control. */
const RETRY_MILLISECONDS = 20
/** Characters queued for a blocked console; older text is dropped. */
const QUEUE_LIMIT = 256 * 1024
/** How long `flush` waits for a blocked console. */
const FLUSH_MILLISECONDS = 2000

const write = promisify(writeFd)

/** Opens a terminal device. Throws when it is missing, or when it is readable but not a terminal. */
export function openTty(path: string, { isReadable = true }: { readonly isReadable?: boolean } = {}): Console {
  const output = openSync(path, FLAGS)
  let input: ReadStream | undefined
  try {
    input = isReadable ? new ReadStream(openSync(path, FLAGS)) : undefined
    // Keys one by one, without echo; `\n` is still shown as a line end.
    input?.setRawMode(true)
  } catch (error) {
    closeSync(output)
    throw error
  }
  let queue = ''
  let writing: Promise<void> | undefined
  let isClosed = false
  let events: ConsoleEvents | undefined

  const close = (): void => {
    if (isClosed) return
    isClosed = true
    queue = ''
    input?.destroy()
    closeSync(output)
  }
  const drain = async (): Promise<void> => {
    while (queue !== '' && !isClosed) {
      const data = Buffer.from(queue)
      queue = ''
      for (let done = 0; done < data.length && !isClosed; ) {
        try {
          done += (await write(output, data, done)).bytesWritten
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error
          await sleep(RETRY_MILLISECONDS)
        }
      }
    }
  }
  return {
    name: path,
    write(text) {
      if (isClosed) return
      queue = (queue + text).slice(-QUEUE_LIMIT)
      writing ??= drain()
        .catch(error => events?.lost(error))
        .finally(() => {
          writing = undefined
        })
    },
    listen(listener) {
      events = listener
      const decoder = new StringDecoder('utf8')
      input?.on('data', data => listener.input(decoder.write(data)))
      input?.on('error', error => listener.lost(error))
      input?.on('end', () => listener.lost(new Error('end of input')))
    },
    async flush() {
      await Promise.race([writing, sleep(FLUSH_MILLISECONDS, undefined, { ref: false })])
    },
    close,
  }
}
