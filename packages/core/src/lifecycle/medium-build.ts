import type {
  BootFiles,
  BootImage,
  BuildContext,
  FinishedMedium,
  Image,
  OpenedSigner,
  SecretReference,
  WriteChoices,
  WrittenPart,
} from '@bootwright/api'
import type { Entry } from '@bootwright/bytes'
import type { Choice } from '../config/choose.ts'
import type { Definition, MediumEntry } from '../config/validate.ts'
import type { Kernel } from '../kernel/kernel.ts'
import { CORE } from '../kernel/plugin-call.ts'
import type { Secrets } from '../secrets/secrets.ts'
import { contentOf } from './content.ts'

/** What a whole run shares. */
export interface Run {
  readonly kernel: Kernel
  readonly definition: Definition
  readonly secrets: Secrets
  readonly now: Date
  /** From SOURCE_DATE_EPOCH, when the caller has it. */
  readonly sourceDate?: Date | undefined
  readonly writing: WriteChoices
  /** Nothing is written: what takes long or is somebody else's to make is left out, with its size known. */
  readonly isPlan: boolean
  readonly signal: AbortSignal
}

/** The build of one medium as the kernel sees it: what plugins only read, the kernel's own steps fill in. */
export interface MediumBuild extends BuildContext {
  readonly run: Run
  readonly entry: MediumEntry
  date: Date
  bootImage: BootImage | undefined
  boot: BootFiles | undefined
  /** Those that were opened, each once. */
  readonly openedSigners: Map<Choice, OpenedSigner>
  images: readonly Image[]
  written: readonly WrittenPart[]
}

export function startMedium(run: Run, entry: MediumEntry): MediumBuild {
  const { kernel, definition, secrets, now, signal } = run
  const { folder } = definition
  return {
    run,
    entry,
    medium: entry.medium,
    site: definition.site,
    folder,
    tree: new Map<string, Entry>(),
    date: new Date(Number.NaN),
    bootImage: undefined,
    boot: undefined,
    openedSigners: new Map(),
    images: [],
    written: [],
    now,
    signal,
    progress: kernel.reports.progress(CORE),
    log: kernel.reports.log(CORE),
    use: (kind, name) => kernel.registry.use(kind, name),
    names: kind => kernel.registry.names(kind),
    secret: (reference: SecretReference) => secrets.resolve(reference),
    content: reference => contentOf(reference, { kernel, folder, signal }),
  }
}

/** The medium as targets get it, with what its tree has now. */
export function finished(build: MediumBuild): FinishedMedium {
  const { id, name, type, label, options } = build.medium
  const { date, tree, boot } = build
  const mediaType = build.use('mediaType', type)
  return {
    id,
    name,
    type,
    label,
    date,
    canSpan: mediaType.canSpan,
    about: mediaType.about?.(options) ?? {},
    tree,
    boot,
  }
}
