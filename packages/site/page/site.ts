import type { Overview, StatusMessage, StoredContent } from '@bootwright/site-protocol'
import { useEffect, useState } from 'preact/hooks'

/** Whether the browser is signed in. */
export type Access = 'unknown' | 'in' | 'out'

export interface Live {
  readonly access: Access
  readonly isConnected: boolean
  readonly overview: Overview | undefined
}

/** Milliseconds until the next connection attempt. */
const RETRY_DELAY = 3000

/** The overview, updated by the site as it changes; reconnects when `attempt` changes. */
export function useLive(attempt: number): Live {
  const [live, setLive] = useState<Live>({ access: 'unknown', isConnected: false, overview: undefined })
  useEffect(() => {
    const change = (changes: Partial<Live>): void => setLive(before => ({ ...before, ...changes }))
    let events: EventSource | undefined
    let timer: ReturnType<typeof setTimeout> | undefined
    const connect = async (): Promise<void> => {
      // Fetched first: an event source does not report why it was refused.
      const response = await fetch('/v1/overview').catch(() => undefined)
      if (response?.status === 401 || response?.status === 403) return change({ access: 'out', overview: undefined })
      if (!response?.ok) return retry()
      change({ access: 'in', isConnected: true, overview: await response.json() })
      events = new EventSource('/v1/overview/events')
      events.onmessage = ({ data }) => change({ isConnected: true, overview: JSON.parse(data) })
      events.onerror = () => {
        events?.close()
        retry()
      }
    }
    const retry = (): void => {
      change({ isConnected: false })
      timer = setTimeout(connect, RETRY_DELAY)
    }
    void connect()
    return () => {
      events?.close()
      clearTimeout(timer)
    }
  }, [attempt])
  return live
}

/** A response of the site, requested again when `key` changes. */
function useResponse<T>(path: string, key: string): { readonly value?: T; readonly error?: string } {
  const [result, setResult] = useState<{ readonly value?: T; readonly error?: string }>({})
  useEffect(() => {
    let isCurrent = true
    fetch(path)
      .then(async response => {
        const body = await response.json()
        if (!response.ok) throw new Error(body.message)
        if (isCurrent) setResult({ value: body })
      })
      .catch(error => isCurrent && setResult({ error: error.message }))
    return () => {
      isCurrent = false
    }
  }, [path, key])
  return result
}

export const useMessages = (run: string, key: string) =>
  useResponse<{ readonly messages: readonly StatusMessage[]; readonly tail: readonly string[] }>(`/v1/runs/${run}`, key)
export const useContents = (key: string) =>
  useResponse<{ readonly contents: readonly StoredContent[] }>('/v1/contents', key)

/** Signs in with a code; false when the site refuses it. */
export async function signIn(code: string): Promise<boolean> {
  const headers = { 'content-type': 'application/json' }
  return (await fetch('/v1/session', { method: 'POST', headers, body: JSON.stringify({ code }) })).ok
}
export const signOut = (): Promise<unknown> => fetch('/v1/session', { method: 'DELETE' })
