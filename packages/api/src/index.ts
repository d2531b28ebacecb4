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
export { type ArtifactKey, type ContentSource, DigestCache, Keeper, Library } from './content.ts'
export type { Contributions, Kind } from './contributions.ts'
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
  ContentKind,
  ContentReference,
  ProgramResult,
  RunEnvironment,
  RunOptions,
  Step,
  StepContent,
  StepContext,
  StepLog,
  StepProgram,
  StepVariables,
  TargetDisk,
  TargetDisks,
  TargetPlatform,
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
