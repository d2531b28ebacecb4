export type Architecture = 'x64' | 'arm64'

/** A management point as the definition declares it. */
export interface ManagementPoint {
  readonly url: string
  /** True when the user allows a point without TLS. */
  readonly allowHttp: boolean
}

/** The `site` section of a definition, which all media inherit. */
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
  /** Raised in the definition for each release of the medium: a lower serial is not an update. 0 by default. */
  readonly serial: number
  readonly options: Options
  /**
   * A UUID derived from the definition of this medium (without secrets and targets): the same on every machine.
   */
  readonly id: string
}
