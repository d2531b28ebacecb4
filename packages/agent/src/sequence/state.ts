import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import type { RunEnvironment } from '@bootwright/api'
import type { ContentItem, Descriptor } from '@bootwright/medium-format'
import { type CompiledSequence, decodeSequence } from '@bootwright/task-sequence/run'
import { AgentError } from '../computer/errors.ts'
import type { NamedVariable } from '../environment/variables.ts'
import type { SiteState } from '../site/site-state.ts'

/** The position of a sequence and all data that it needs to resume, even without its medium. */
export interface SequenceState {
  readonly formatVersion: 1
  readonly descriptor: Descriptor
  readonly sequence: CompiledSequence
  /** Index of the next node. */
  readonly next: number
  /** How often that node was started without ending. */
  readonly interruptions: number
  /** Where the sequence resumes. */
  readonly environment: RunEnvironment
  readonly variables: readonly NamedVariable[]
  readonly contents: readonly ContentItem[]
  /** Present when the sequence came from a site. */
  readonly site?: SiteState | undefined
}

/** The unencrypted file beside the state that identifies its medium. */
export interface StateMarker {
  readonly formatVersion: 1
  readonly mediumId: string
  readonly environment: RunEnvironment
}

const ALGORITHM = 'aes-256-gcm'
const NONCE = 12
const TAG = 16

export function sealState(state: SequenceState, key: Uint8Array): Uint8Array {
  const nonce = randomBytes(NONCE)
  const cipher = createCipheriv(ALGORITHM, key, nonce)
  const sealed = Buffer.concat([cipher.update(JSON.stringify(state)), cipher.final()])
  return Buffer.concat([nonce, sealed, cipher.getAuthTag()])
}

/** Throws {@link AgentError} `STATE_INVALID` for data that was not sealed with this key. */
export function openState(data: Uint8Array, key: Uint8Array): SequenceState {
  try {
    const decipher = createDecipheriv(ALGORITHM, key, data.subarray(0, NONCE))
    decipher.setAuthTag(data.subarray(data.length - TAG))
    const text = Buffer.concat([decipher.update(data.subarray(NONCE, data.length - TAG)), decipher.final()])
    const state: SequenceState = JSON.parse(text.toString())
    if (state.formatVersion !== 1) throw new Error('unsupported formatVersion')
    return { ...state, sequence: decodeSequence(state.sequence) }
  } catch (cause) {
    throw new AgentError(
      'STATE_INVALID',
      'the state of the task sequence on this disk is damaged or belongs to another medium',
      {
        cause,
      },
    )
  }
}
