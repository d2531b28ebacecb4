import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  DESCRIPTOR_PATH,
  type Descriptor,
  ENVIRONMENT_PATH,
  type Environment,
  encodeDescriptor,
  encodeEnvironment,
  sealWithPassword,
} from '@bootwright/medium-format'
import { scratch } from '@bootwright/test-support'
import type { Clock } from '../src/computer/clock.ts'
import type { Console, ConsoleEvents } from '../src/computer/console.ts'
import { pathsIn } from '../src/computer/paths.ts'
import type { InteractiveProgram, Programs, StartOptions } from '../src/computer/programs.ts'
import type { BlockDevice, FileSystem, Storage } from '../src/computer/storage.ts'
import type { System } from '../src/computer/system.ts'
import type { Computer } from '../src/ui/computer.ts'
import { createMasker } from '../src/ui/mask.ts'
import { createReport, type LogFiles } from '../src/ui/report.ts'
import { createTerminal, type Terminal } from '../src/ui/terminal.ts'

/** A console that the test reads and types on. */
export interface FakeConsole extends Console {
  readonly shown: string
  type(text: string): void
  fail(): void
  readonly isClosed: boolean
  /** Types each answer once its question is the last text shown. */
  answer(...answers: readonly (readonly [question: RegExp, answer: string])[]): void
}

export function fakeConsole(name = '/dev/fake'): FakeConsole {
  let shown = ''
  let events: ConsoleEvents | undefined
  let isClosed = false
  let answers: (readonly [RegExp, string])[] = []
  return {
    name,
    get shown() {
      return shown
    },
    get isClosed() {
      return isClosed
    },
    write(text) {
      shown += text
      const [next] = answers
      if (!next?.[0].test(shown)) return
      answers = answers.slice(1)
      setImmediate(() => events?.input(next[1]))
    },
    listen(listener) {
      events = listener
    },
    type: text => events?.input(text),
    fail: () => events?.lost(new Error('EIO')),
    flush: async () => {},
    close() {
      isClosed = true
    },
    answer(...more) {
      answers = [...answers, ...more]
    },
  }
}

/** A device with files. Its `head` determines the file system. */
export interface FakeDisk {
  readonly device: BlockDevice
  readonly head?: Uint8Array | Error
  readonly files?: Readonly<Record<string, Uint8Array>>
  readonly mountError?: string
}

export const device = (path: string, size = 4e9): BlockDevice => ({ path, size, generation: '1', disk: path })

/** The first bytes of an ISO 9660 disc. */
export function isoHead(): Uint8Array {
  const head = new Uint8Array(64 * 1024)
  head.set(Buffer.from('CD001'), 16 * 2048 + 1)
  return head
}

/** `rounds` lists the disks of each search; the last list repeats. */
export function fakeStorage(
  ...rounds: readonly (readonly FakeDisk[])[]
): Storage & { readonly log: readonly string[] } {
  const log: string[] = []
  let round = 0
  let disks: readonly FakeDisk[] = []
  const at = ({ path }: BlockDevice): FakeDisk => disks.find(disk => disk.device.path === path)!
  return {
    log,
    async devices() {
      disks = rounds[Math.min(round++, rounds.length - 1)] ?? []
      return disks.map(disk => disk.device)
    },
    async head(of) {
      const { head = isoHead() } = at(of)
      if (head instanceof Error) throw head
      return head
    },
    async mount(of: BlockDevice, fileSystem: FileSystem) {
      log.push(`mount ${of.path} ${fileSystem}`)
      const { mountError } = at(of)
      if (mountError) throw new Error(mountError)
      const { files } = at(of)
      return {
        read: async path => files?.[path],
        async copyFolder(path, to) {
          log.push(`copy ${path} ${to}`)
        },
        async digest(path) {
          const data = files?.[path]
          return data && { size: data.length, sha256: createHash('sha256').update(data).digest('hex') }
        },
        path: async path => (files?.[path] ? `/${path}` : undefined),
        async unmount() {
          log.push('unmount')
        },
      }
    },
  }
}

export const ID = '11111111-2222-4333-8444-555555555555'
export const descriptor = (changes: Partial<Descriptor> = {}): Descriptor => ({
  formatVersion: 1,
  id: ID,
  type: 'bootable',
  label: 'Lab boot',
  date: '2026-11-01T00:00:00Z',
  architecture: 'x64',
  passwordRequired: false,
  unattended: false,
  language: 'en',
  keyboard: 'us',
  debugShell: false,
  ...changes,
})
export const environment = (changes: Partial<Environment> = {}): Environment => ({
  formatVersion: 1,
  management: 'dynamic',
  managementPoints: [{ url: 'https://mp1.example', allowHttp: false }],
  rootCertificates: [],
  variables: { OSDTimeZone: { value: 'Europe/Paris' }, DomainPassword: { value: 'Tr0ub4dor', isSecret: true } },
  ...changes,
})
export const medium = (
  described: Partial<Descriptor> = {},
  held: Partial<Environment> = {},
): Readonly<Record<string, Uint8Array>> => ({
  [DESCRIPTOR_PATH]: encodeDescriptor(descriptor(described)),
  [ENVIRONMENT_PATH]: encodeEnvironment(environment(held)),
})

/** Sealed with minimal cost, so that tests are fast. */
export const sealedEnvironment = (password: string): Promise<Uint8Array> =>
  sealWithPassword(encodeEnvironment(environment()), password, 10)

/** Fake programs: `play` receives the start options and returns the exit code. */
export const fakePrograms = (
  play: (options: StartOptions) => number | Promise<number> = () => 0,
  run: Programs['run'] = async () => ({ exitCode: 0, output: '' }),
): Programs => ({
  run,
  start(options): InteractiveProgram {
    return { hasTerminal: true, type() {}, interrupt() {}, exit: Promise.resolve().then(() => play(options)) }
  },
})

const fakeLog = (logged: object[]): LogFiles => ({
  write: entry => void logged.push(JSON.parse(JSON.stringify(entry))),
  moveTo: async () => {},
  folder: () => '/var/log',
})

/** A computer with one disk; a volume is a folder in `volumes`. */
export function fakeSystem(
  volumes: Readonly<Record<string, string>> = {},
): System & { readonly started: readonly string[] } {
  const started: string[] = []
  return {
    started,
    identity: async () => ({
      make: 'QEMU',
      model: 'Standard PC',
      serialNumber: '1',
      assetTag: '',
      uuid: '',
      memory: 1024,
      architecture: 'x64',
      macAddresses: [],
      ipAddresses: [],
      defaultGateways: [],
    }),
    windowsFacts: { fileVersion: async () => undefined, registry: async () => undefined, wmi: async () => 0 },
    disks: async () => [{ number: 0, path: '/dev/sda', size: 8e9, isRemovable: false }],
    deviceOf: async volume => volume,
    async mount(volume) {
      const folder = volumes[volume]
      if (folder === undefined) throw new Error(`no partition of this computer matches ${volume}`)
      return folder
    },
    unmount: async () => {},
    present: async () => undefined,
    useNetwork(settings) {
      started.push(`network ${JSON.stringify(settings)}`)
    },
    connect: async () => {},
    setClock: async time => void started.push(`clock ${time.toISOString()}`),
    unmountAll: async () => {},
    flush: async () => void started.push('flush'),
    unmountDisk: async () => {},
    isVolumeOnDisk: async volume => volume === 'volume',
    async searchVolumes(path) {
      const found = await Promise.all(
        Object.entries(volumes).map(async ([volume, folder]) => {
          const content = await readFile(join(folder, path)).catch(() => undefined)
          return content ? [{ volume, content }] : []
        }),
      )
      return found.flat()
    },
    installRuntime: async () => {},
    removeRuntime: async () => {},
    startNext: async into => void started.push(into),
  }
}

export interface FakeComputer extends Computer {
  readonly console: FakeConsole
  /** The lines of the log, parsed. */
  readonly logged: { readonly level: string; readonly message: string; readonly [field: string]: unknown }[]
  /** Durations of all sleeps, in milliseconds. */
  readonly slept: number[]
}

/** A clock that advances only by sleeping, so that waiting until a deadline ends. */
export function fakeClock(start: Date, sleeping: (duration: number) => unknown = () => {}): Clock {
  let passed = 0
  return {
    now: () => new Date(start.getTime() + passed),
    async sleep(duration) {
      passed += duration
      await sleeping(duration)
    },
  }
}

export function fakeComputer(
  changes: Partial<Pick<Computer, 'storage' | 'programs' | 'system' | 'mediumId' | 'trust' | 'clock'>> = {},
): FakeComputer {
  const console = fakeConsole()
  const terminal: Terminal = createTerminal([console])
  const masker = createMasker()
  const logged: FakeComputer['logged'] = []
  const slept: number[] = []
  const folder = scratch()
  return {
    console,
    terminal,
    masker,
    logged,
    slept,
    report: createReport({ terminal, masker, now: () => new Date(0), log: fakeLog(logged) }),
    storage: fakeStorage([{ device: device('/dev/sr0'), files: medium() }]),
    programs: fakePrograms(),
    clock: fakeClock(new Date(0), duration => slept.push(duration)),
    platform: 'linux',
    system: fakeSystem(),
    paths: pathsIn(folder, join(folder, 'log'), join(folder, 'final')),
    firmware: { kind: 'uefi', isSecureBoot: true },
    mediumId: ID,
    trust: { formatVersion: 1, certificates: [], unsigned: 'run' },
    commands: {
      shell: 'exec /bin/sh -i',
      keyboard: 'bootwright-keyboard',
      line: command => ['/bin/sh', '-c', command],
    },
    environment: { PATH: '/bin' },
    ...changes,
  }
}
