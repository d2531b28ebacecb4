import type { BootImageDriver } from './boot-image.ts'
import type { ContentSource } from './content.ts'
import type { ImageReader } from './image-reader.ts'
import type { LinuxDistribution } from './linux-distribution.ts'
import type { MediaType } from './media-type.ts'
import type { Signer } from './signer.ts'
import type { Step } from './step.ts'
import type { Target } from './target.ts'

export {
  AGENT_EXIT_CODES,
  AgentProvider,
  type BootFiles,
  type BootImage,
  type BootImageDriver,
  type BootImageRequest,
  type Component,
  type MediumIdentity,
  type SyslinuxFiles,
} from './boot-image.ts'
export { type ArtifactKey, type ContentSource, DigestCache, Library, PinStore } from './content.ts'
export type { Architecture, ManagementPoint, MediumDefinition, SiteDefinition } from './definition.ts'
export {
  type BuildContext,
  type HookName,
  type Hooks,
  type PluginHooks,
  type SecretReference,
  Stage,
  type Tappable,
} from './hooks.ts'
export type { ImageReader, OpenedImage } from './image-reader.ts'
export type {
  LinuxChoice,
  LinuxDistribution,
  LinuxFile,
  LinuxKernel,
  LinuxLayout,
  LinuxPackage,
  LinuxPackageEntry,
  LinuxPackageFiles,
  LinuxRequest,
  OpenedLinuxPackages,
} from './linux-distribution.ts'
export type { CheckContext, Finding, MediaType, MediumAbout } from './media-type.ts'
export {
  API_VERSION,
  definePlugin,
  type Plugin,
  type PluginApi,
  type PluginFactory,
  type PluginModule,
} from './plugin.ts'
export type { Log, Progress, ProgressTask } from './report.ts'
export type { Schema } from './schema.ts'
export type { Secret } from './secret.ts'
export type { OpenedSigner, Preparation, SignedDocument, Signer, SignerRequest } from './signer.ts'
export type {
  ApplicationEntry,
  Catalogue,
  ComputerDisk,
  ComputerDisks,
  ContentKind,
  ContentReference,
  Platform,
  ProgramResult,
  RunEnvironment,
  RunOptions,
  Step,
  StepContent,
  StepContext,
  StepLog,
  StepProgram,
  StepVariables,
} from './step.ts'
export type {
  FinishedMedium,
  Image,
  ImagePart,
  Target,
  TargetPlanRequest,
  TargetWriteRequest,
  WriteChoices,
  WrittenPart,
} from './target.ts'
export { type Token, token, type Values } from './token.ts'

// biome-ignore lint/suspicious/noExplicitAny: options are judged at run time by the contribution's own schema
type Any = any

/**
 * Every kind of thing that a plugin may add. Merge into this interface to open a new kind: `declare module '@bootwright/api'`. It stands in
 * this file because what is exported again from another one does not merge.
 */
export interface Contributions {
  readonly mediaType: MediaType<Any>
  readonly bootImage: BootImageDriver<Any>
  readonly linuxDistribution: LinuxDistribution
  readonly contentSource: ContentSource
  readonly signer: Signer<Any>
  readonly target: Target<Any>
  readonly imageReader: ImageReader
  readonly step: Step<Any>
}
export type Kind = keyof Contributions
