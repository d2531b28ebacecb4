import { type ChildProcess, spawn } from 'node:child_process'
import { constants, copyFile, mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Accelerator } from './accelerator.ts'
import { type Attachment, argumentsFor } from './command-line.ts'
import { MachineError } from './errors.ts'
import { type Firmware, type FlashImages, resolveFirmware } from './firmware.ts'
import { listenForMonitor, type Monitor } from './monitor.ts'
import { createTranscript, lastLines, type Transcript, type WaitOptions } from './transcript.ts'

const DEFAULT_MEMORY = 1024
/** Milliseconds after which a QEMU that was told to quit is killed; normally it takes a few. */
const STOP_PATIENCE = 3000

export interface MachineOptions {
  /** Path of the medium: an ISO image, or any raw disk image. It is not changed. Absent: the machine boots from `disks`. */
  readonly image?: string | undefined
  /** How the medium is attached; `cd` by default. */
  readonly attachAs?: Attachment | undefined
  readonly firmware: Firmware
  /** Initial UEFI variables as a flash image, for example with your own keys for `secure-boot`. It is not changed. */
  readonly variables?: string | undefined
  /** `tcg`, an emulator, by default: KVM may exist and hang, see {@link fastestAccelerator}. */
  readonly accelerator?: Accelerator | undefined
  /** 1 by default. */
  readonly processors?: number | undefined
  /** MiB; 1024 by default. */
  readonly memory?: number | undefined
  /** Kills the machine. */
  readonly signal?: AbortSignal | undefined
  /** Disk images (raw, or `.qcow2`), which the machine writes to. */
  readonly disks?: readonly string[] | undefined
  /** Whether the machine continues after a reset; by default it ends. */
  readonly restarts?: boolean | undefined
  /** Additional arguments for QEMU. */
  readonly extra?: readonly string[] | undefined
}

/** A virtual machine that is running or has ended. */
export interface Machine extends AsyncDisposable {
  /** The output of the serial console so far. */
  readonly output: string
  /**
   * The first match in the output, now or later. Throws {@link MachineError} `MACHINE_EXITED` or `WAIT_ABORTED` with the end of the
   * output when the machine ends, or the signal, before there is one.
   */
  waitFor(pattern: RegExp, options?: WaitOptions): Promise<RegExpExecArray>
  /** Types on the serial console. */
  send(text: string): void
  /** Writes a screenshot to a PNG file. */
  screenshot(file: string): Promise<void>
  /** Changes the disc in the drive, or ejects it. */
  changeDisc(image: string | undefined): Promise<void>
  /** Disconnects or connects a network card, by the id of its `-netdev`. */
  plugCable(id: string, isIn: boolean): Promise<void>
  /** A command of QEMU's machine protocol (QMP), for what has no method here. Throws QEMU's error. */
  execute(command: string, parameters?: Readonly<Record<string, unknown>>): Promise<unknown>
  /** Unplugs the USB drive. */
  pullStick(): Promise<void>
  /** Cuts the power: nothing more is written. */
  cutPower(): Promise<void>
  /** Switches the machine off and removes its temporary files. */
  stop(): Promise<void>
  /** QEMU's exit code; null if a signal ended it. */
  readonly exited: Promise<number | null>
}

/**
 * Boots a virtual machine from a medium. Throws {@link MachineError} if QEMU, the firmware or the image is missing, or if QEMU refuses its
 * arguments (`START_FAILED`, with its message).
 */
export async function startMachine(options: MachineOptions): Promise<Machine> {
  options.signal?.throwIfAborted()
  const { qemu, flash: found } = resolveFirmware(options.firmware)
  const flash = found && { ...found, variables: options.variables ?? found.variables }
  const image = options.image === undefined ? undefined : resolve(options.image)
  const disks = (options.disks ?? []).map(each => resolve(each))
  for (const file of [...(image === undefined ? [] : [image]), ...disks])
    if (!(await stat(file).catch(() => undefined))?.isFile())
      throw new MachineError('IMAGE_MISSING', `there is no file ${file} ; build it first`)

  const folder = await mkdtemp(join(tmpdir(), 'bootwright-machine-'))
  const monitorPath = join(folder, 'qmp')
  const socket = await listenForMonitor(monitorPath)
  const started = spawn(
    qemu,
    argumentsFor({
      image,
      attachAs: options.attachAs ?? 'cd',
      flash: flash && (await ownVariables(flash, folder)),
      isSecureBoot: options.firmware === 'secure-boot',
      accelerator: options.accelerator ?? 'tcg',
      processors: options.processors ?? 1,
      memory: options.memory ?? DEFAULT_MEMORY,
      monitor: monitorPath,
      disks,
      restarts: options.restarts ?? false,
      extra: options.extra ?? [],
    }),
  )
  const run = watch(started, options.signal)
  const exited = run.ended.then(async code => {
    socket.close()
    await rm(folder, { recursive: true, force: true })
    return code
  })
  const monitor = await Promise.race([socket.ready.catch(() => undefined), exited.then(() => undefined)])
  if (!monitor) {
    await exited
    options.signal?.throwIfAborted()
    throw new MachineError('START_FAILED', `QEMU did not start: ${run.complaint() || 'no output'}`)
  }
  return controls(started, run.transcript, monitor, exited)
}

function controls(
  started: ChildProcess,
  transcript: Transcript,
  monitor: Monitor,
  exited: Promise<number | null>,
): Machine {
  const stop = async (): Promise<void> => {
    started.kill('SIGTERM')
    const killer = setTimeout(() => started.kill('SIGKILL'), STOP_PATIENCE)
    await exited
    clearTimeout(killer)
  }
  return {
    get output() {
      return transcript.text
    },
    waitFor: transcript.waitFor,
    send(text) {
      started.stdin?.write(text)
    },
    async screenshot(file) {
      await monitor.execute('screendump', { filename: resolve(file), format: 'png' }).catch(cause => {
        throw new MachineError('SCREENSHOT_FAILED', `cannot write a screenshot to ${file}: ${cause.message}`, { cause })
      })
    },
    async changeDisc(image) {
      if (image === undefined) await monitor.execute('eject', { id: 'drive', force: true })
      else
        await monitor.execute('blockdev-change-medium', {
          id: 'drive',
          filename: resolve(image),
          format: 'raw',
          'read-only-mode': 'read-only',
          force: true,
        })
    },
    async plugCable(name, isIn) {
      await monitor.execute('set_link', { name, up: isIn })
    },
    execute: monitor.execute,
    async pullStick() {
      await monitor.execute('device_del', { id: 'stick' })
    },
    async cutPower() {
      started.kill('SIGKILL')
      await exited
    },
    stop,
    exited,
    [Symbol.asyncDispose]: stop,
  }
}

interface Run {
  readonly transcript: Transcript
  /** Settles when QEMU has ended and all its output has been read. */
  readonly ended: Promise<number | null>
  /** Standard error of QEMU. */
  complaint(): string
}

function watch(started: ChildProcess, signal: AbortSignal | undefined): Run {
  const transcript = createTranscript()
  let complaint = ''
  const kill = (): void => void started.kill('SIGKILL')
  // A machine must not outlive the program that started it.
  process.on('exit', kill)
  signal?.addEventListener('abort', kill)
  started.stdout?.on('data', data => transcript.add(data))
  started.stderr?.on('data', data => {
    complaint += data
  })
  // Errors of a machine that ends during input are reported by `ended`.
  started.stdin?.on('error', () => {})
  if (signal?.aborted) kill()
  const ended = new Promise<number | null>(settle => {
    started.on('error', error => {
      complaint += error.message
    })
    started.on('close', code => {
      process.off('exit', kill)
      signal?.removeEventListener('abort', kill)
      transcript.end(`the machine stopped${code ? ` with exit code ${code}: ${lastLines(complaint)}` : ''}`)
      settle(code)
    })
  })
  return { transcript, ended, complaint: () => lastLines(complaint) }
}

/** Firmware stores its settings in flash: each machine changes only its own copy. */
async function ownVariables(flash: FlashImages, folder: string): Promise<FlashImages> {
  const variables = join(folder, 'variables.fd')
  await copyFile(flash.variables, variables, constants.COPYFILE_FICLONE)
  return { code: flash.code, variables }
}
