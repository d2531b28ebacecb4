import type { ProgramResult, RunOptions, StepContent, StepContext } from '@bootwright/api'
import { scratch } from '@bootwright/test-support'

export interface Ran {
  readonly command: string
  readonly args: readonly string[]
  readonly input?: string | undefined
}

export interface FakeContext extends StepContext {
  readonly ran: readonly Ran[]
  readonly said: readonly string[]
  readonly restarts: readonly string[]
  readonly kept: readonly string[]
}

export interface Fake {
  readonly variables?: Readonly<Record<string, string>>
  /** What a program does. */
  readonly play?: (command: string, args: readonly string[]) => Partial<ProgramResult> | undefined
  readonly content?: Partial<StepContent>
  readonly catalogue?: Partial<StepContext['catalogue']>
  readonly platform?: StepContext['platform']
  readonly firmware?: StepContext['firmware']
  /** Where every volume is mounted. */
  readonly root?: string
}

/** A target computer with one disk, whose programs the test plays. */
export function fakeContext(fake: Fake = {}): FakeContext {
  const values = new Map(
    Object.entries(fake.variables ?? {}).map(([name, value]) => [name.toLowerCase(), { name, value }]),
  )
  const ran: Ran[] = []
  const said: string[] = []
  const restarts: string[] = []
  const kept: string[] = []
  const run = async (command: string, args: readonly string[], options: RunOptions = {}): Promise<ProgramResult> => {
    ran.push({ command, args, ...(options.input !== undefined && { input: options.input }) })
    return { exitCode: 0, output: '', ...fake.play?.(command, args) }
  }
  return {
    ran,
    said,
    restarts,
    kept,
    platform: fake.platform ?? 'linux',
    environment: 'bootImage',
    firmware: fake.firmware ?? { kind: 'bios' },
    architecture: 'x64',
    variables: {
      get: name => values.get(name.toLowerCase())?.value,
      set(name, value) {
        if (value === '') values.delete(name.toLowerCase())
        else values.set(name.toLowerCase(), { name, value })
      },
      list: () => [...values.values()].map(({ name, value }) => ({ name, value, isSecret: false })),
      expand: text => text,
    },
    signal: new AbortController().signal,
    log: {
      info: text => void said.push(text),
      warn: text => void said.push(`warning: ${text}`),
      output: text => void said.push(text),
      debug: () => {},
      progress: () => {},
    },
    folder: async () => scratch(),
    run,
    shell: (line, options) => run('shell', [line, ...(options?.folder === undefined ? [] : [options.folder])]),
    prompt: async () => undefined,
    content: async () => ({
      files: ['image.wim'],
      copy: async () => '/copy',
      path: async file => `/medium/${file}`,
      ...fake.content,
    }),
    catalogue: { applications: {}, packages: {}, ...fake.catalogue },
    disks: {
      list: async () => [
        { number: 0, path: '/dev/sda', size: 8e9, isRemovable: false },
        { number: 1, path: '/dev/nvme0n1', size: 64e9, isRemovable: false },
      ],
      mount: async () => fake.root ?? '/nowhere',
      unmount: async () => {},
      release: async () => {},
      keepStateOn: async volume => void kept.push(volume),
    },
    connect: async () => {},
    prepareInstalledSystem: async () => {},
    restart: into => void restarts.push(into),
  }
}
