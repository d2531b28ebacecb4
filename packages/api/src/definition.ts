export type Architecture = 'x64' | 'arm64'

/** A management point as it is written in the definition. */
export interface ManagementPoint {
  readonly url: string
  /** True when the user said that a point without TLS is meant. */
  readonly allowHttp: boolean
}

/** What the `site` part of a definition gives to all media. */
export interface SiteDefinition {
  readonly code?: string | undefined
  readonly managementPoints?: readonly ManagementPoint[] | undefined
  /** Absolute paths of PEM files. */
  readonly rootCertificates?: readonly string[] | undefined
}

/** One medium of the definition: the keys that the kernel validates itself. The others are `options`, validated by the media type's schema. */
export interface MediumDefinition<Options = unknown> {
  readonly name: string
  readonly type: string
  readonly label: string
  readonly architecture: Architecture
  /** What the definition raises with each issue of the medium; an older one is no update. 0 when it says nothing. */
  readonly serial: number
  readonly options: Options
  /**
   * Derived from the definition of this medium (its secrets and targets left out), as a UUID: the same on every machine.
   */
  readonly id: string
}
