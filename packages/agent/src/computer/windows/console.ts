import { StringDecoder } from 'node:string_decoder'
import { ReadStream, WriteStream } from 'node:tty'
import type { Console } from '../console.ts'

export interface ConsoleStreams {
  readonly input: Pick<ReadStream, 'on' | 'setRawMode' | 'destroy'>
  readonly output: Pick<WriteStream, 'write'>
}

/** The console of Windows PE that this program was started in. Throws when there is none. */
export function openWindowsConsole(name: string, streams: ConsoleStreams = standardStreams()): Console {
  const { input, output } = streams
  // Keys one by one, without echo.
  input.setRawMode(true)
  let isClosed = false
  return {
    name,
    write(text) {
      if (!isClosed) output.write(text.replaceAll('\n', '\r\n'))
    },
    listen(events) {
      const decoder = new StringDecoder('utf8')
      input.on('data', data => events.input(decoder.write(data)))
      input.on('error', error => events.lost(error))
      input.on('end', () => events.lost(new Error('end of input')))
    },
    flush: () =>
      new Promise(settle => {
        if (isClosed) settle()
        else output.write('', () => settle())
      }),
    close() {
      isClosed = true
      input.setRawMode(false)
      input.destroy()
    },
  }
}

const standardStreams = (): ConsoleStreams => ({ input: new ReadStream(0), output: new WriteStream(1) })
