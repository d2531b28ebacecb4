import { open } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Attachment, Firmware } from '@bootwright/virtual-machine'
import { type Command, InvalidArgumentError, Option } from 'commander'
import type { GlobalOptions } from '../global-options.ts'
import type { Io } from '../io.ts'

/** The medium was tried and the agent did not report in. */
export class TestFailedError extends Error {
  readonly code = 'TEST_FAILED'
}

interface TestOptions {
  readonly firmware: Firmware
  readonly attachAs?: Attachment
  /** Seconds. */
  readonly timeout: number
  readonly variables?: string
  readonly show?: boolean
}

const READY = /bootwright: agent ready on medium ([0-9a-f-]{36})/

export function testCommand(program: Command, io: Io): void {
  program
    .command('test <image>')
    .description('boot a virtual machine from a medium; passes when the agent reports')
    .addOption(
      new Option('--firmware <name>', 'firmware of the virtual machine')
        .choices(['bios', 'uefi', 'secure-boot'])
        .default('uefi'),
    )
    .addOption(
      new Option(
        '--attach-as <name>',
        'how to attach the medium; by default a disc image as CD, others as USB drive',
      ).choices(['cd', 'usb', 'disk']),
    )
    .addOption(new Option('--timeout <seconds>', 'time limit for the agent').default(300).argParser(secondsOf))
    .option('--variables <file>', 'UEFI variables: a flash image with your own keys, for secure-boot')
    .option('--show', 'show the serial console')
    .action(async (image: string, options: TestOptions, command: Command) => {
      const { firmware, timeout, variables: file, show } = options
      const { canStart, startMachine } = await import('@bootwright/virtual-machine')
      const { json } = command.optsWithGlobals<GlobalOptions>()
      const attachAs = options.attachAs ?? ((await isDisc(resolve(io.cwd, image))) ? 'cd' : 'usb')
      const startable = await canStart(firmware)
      if (!startable.ok)
        throw new Error(`cannot test under ${firmware}: ${startable.missing} is missing; ${startable.hint}`)
      const deadline = AbortSignal.timeout(timeout * 1000)
      const signal = AbortSignal.any([io.signal, deadline])
      const started = io.now().getTime()
      const variables = file === undefined ? undefined : resolve(io.cwd, file)
      await using machine = await startMachine({
        image: resolve(io.cwd, image),
        firmware,
        variables,
        attachAs,
        signal: io.signal,
      })
      const match = await machine.waitFor(READY, { signal }).catch(error => {
        io.signal.throwIfAborted()
        const reason = deadline.aborted
          ? `the agent did not report within ${timeout} seconds`
          : 'the machine stopped before the agent reported'
        throw new TestFailedError(
          `${image} as ${attachAs} under ${firmware}: ${reason}\n${show ? machine.output : error.message}`,
        )
      })
      const seconds = (io.now().getTime() - started) / 1000
      if (show) io.stdout.write(`${machine.output}\n`)
      if (json)
        io.stdout.write(`${JSON.stringify({ type: 'tested', image, firmware, attachAs, medium: match[1], seconds })}\n`)
      else
        io.stdout.write(
          `${image} as ${attachAs} under ${firmware}: the agent reported after ${seconds.toFixed(0)} seconds, medium ${match[1]}\n`,
        )
    })
}

/** ECMA-119 8.1.2: the first volume descriptor is at sector 16. What cannot be read is told when it is started. */
async function isDisc(image: string): Promise<boolean> {
  const file = await open(image).catch(() => undefined)
  if (!file) return true
  try {
    const { buffer } = await file.read(Buffer.alloc(5), 0, 5, 16 * 2048 + 1)
    return buffer.toString('latin1') === 'CD001'
  } finally {
    await file.close()
  }
}

/** What a timer can count. */
const LONGEST_TIMEOUT = 1_000_000

function secondsOf(text: string): number {
  const seconds = Number(text)
  if (seconds > 0 && seconds <= LONGEST_TIMEOUT) return seconds
  throw new InvalidArgumentError(`expected seconds greater than 0 and at most ${LONGEST_TIMEOUT}`)
}
