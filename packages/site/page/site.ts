import type { Overview, StatusMessage, StoredContent } from '@bootwright/site-protocol'
import { useEffect, useState } from 'preact/hooks'

/** Signed in, or not, or not known yet. */
export type Access = 'unknown' | 'in' | 'out'

export interface Live {
  readonly access: Access
  readonly isConnected: boolean
  readonly overview: Overview | undefined
}

/** Milliseconds. */
const AGAIN = 3000

/** What goes on, told by the site as it changes. `tries` counts sign-ins: another one asks anew. */
export function useLive(tries: number): Live {
  const [live, setLive] = useState<Live>({ access: 'unknown', isConnected: false, overview: undefined })
  // A sign-in asks anew.
  useEffect(() => {
    const change = (changes: Partial<Live>): void => setLive(before => ({ ...before, ...changes }))
    let events: EventSource | undefined
    let timer: ReturnType<typeof setTimeout> | undefined
    const connect = async (): Promise<void> => {
      // An event source does not tell why it was refused.
      const response = await fetch('/v1/overview').catch(() => undefined)
      if (response?.status === 401 || response?.status === 403) return change({ access: 'out', overview: undefined })
      if (!response?.ok) return later()
      change({ access: 'in', isConnected: true, overview: await response.json() })
      events = new EventSource('/v1/overview/events')
      events.onmessage = ({ data }) => change({ isConnected: true, overview: JSON.parse(data) })
      events.onerror = () => {
        events?.close()
        later()
      }
    }
    const later = (): void => {
      change({ isConnected: false })
      timer = setTimeout(connect, AGAIN)
    }
    void connect()
    return () => {
      events?.close()
      clearTimeout(timer)
    }
  }, [tries])
  return live
}

/** An answer of the site, asked again when `key` changes. */
function useAnswer<T>(path: string, key: string): { readonly value?: T; readonly error?: string } {
  const [answer, setAnswer] = useState<{ readonly value?: T; readonly error?: string }>({})
  // The key says that there is something new.
  useEffect(() => {
    let isWanted = true
    fetch(path)
      .then(async response => {
        const body = await response.json()
        if (!response.ok) throw new Error(body.message)
        if (isWanted) setAnswer({ value: body })
      })
      .catch(error => isWanted && setAnswer({ error: error.message }))
    return () => {
      isWanted = false
    }
  }, [path, key])
  return answer
}

export const useMessages = (run: string, key: string) =>
  useAnswer<{ readonly messages: readonly StatusMessage[]; readonly tail: readonly string[] }>(`/v1/runs/${run}`, key)
export const useContents = (key: string) =>
  useAnswer<{ readonly contents: readonly StoredContent[] }>('/v1/contents', key)

/** Whether the code was taken. */
export async function signIn(code: string): Promise<boolean> {
  const headers = { 'content-type': 'application/json' }
  return (await fetch('/v1/session', { method: 'POST', headers, body: JSON.stringify({ code }) })).ok
}
export const signOut = (): Promise<unknown> => fetch('/v1/session', { method: 'DELETE' })
