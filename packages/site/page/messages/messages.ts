import type { RunSummary } from '@bootwright/site-protocol'

export type RunState = RunSummary['state'] | 'silent'

/** Every text of the page. A catalogue that lacks one does not compile. */
export interface Messages {
  readonly language: string
  readonly skip: string
  readonly sections: string
  readonly deployments: string
  readonly media: string
  readonly contents: string
  readonly isLive: string
  readonly isDisconnected: string
  readonly signOut: string
  readonly signInTitle: string
  readonly signInHow: string
  readonly code: string
  readonly signIn: string
  readonly codeRefused: string
  readonly search: string
  readonly show: string
  readonly all: string
  readonly states: Readonly<Record<RunState, string>>
  readonly counted: (counts: Readonly<Record<RunState, number>>) => string
  readonly waiting: (count: number) => string
  readonly noRuns: string
  readonly noMatch: string
  readonly step: (step: { number: number; total: number; name: string }) => string
  readonly exitCode: (code: number) => string
  readonly heard: (ago: string) => string
  readonly details: string
  readonly messages: string
  readonly log: string
  readonly events: Readonly<Record<string, string>>
  readonly noMedia: string
  readonly medium: string
  readonly type: string
  readonly certificate: string
  readonly validUntil: (date: string) => string
  readonly expired: (date: string) => string
  readonly expires: (date: string, days: number) => string
  readonly blocked: (date: string) => string
  readonly noContents: string
  readonly distributionPoint: string
  readonly sequence: string
  readonly revision: string
  readonly stored: string
  readonly complete: (size: string) => string
  readonly missing: (blobs: number, size: string) => string
  readonly unreadable: (error: string) => string
  readonly failed: (error: string) => string
}
