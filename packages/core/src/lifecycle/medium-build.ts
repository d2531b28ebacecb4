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
import type { Definition, MediumEntry } from '../config/validate-definition.ts'
import type { Kernel } from '../kernel/kernel.ts'
import { CORE } from '../kernel/plugin-call.ts'
import type { Secrets } from '../secrets/secrets.ts'
import { contentOf } from './content.ts'

/** What all media of a run share. */
export interface Run {
  readonly kernel: Kernel
  readonly definition: Definition
  readonly secrets: Secrets
  readonly now: Date
  /** From SOURCE_DATE_EPOCH, if set. */
  readonly sourceDate?: Date | undefined
  readonly writing: WriteChoices
  /** Nothing is written. What takes long or is created externally is replaced by a placeholder of the same size. */
  readonly isPlan: boolean
  readonly signal: AbortSignal
}

/** The build of one medium as the kernel sees it: the kernel fills in what plugins only read. */
export interface MediumBuild extends BuildContext {
  readonly run: Run
  readonly entry: MediumEntry
  date: Date
  bootImage: BootImage | undefined
  boot: BootFiles | undefined
  /** Signers are opened once. */
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

/** The medium as targets receive it, with its present tree. */
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
