import { useEffect, useState } from 'preact/hooks'
import { useSpeech } from './language.ts'
import { useContents } from './site.ts'

/** Milliseconds: the site itself looks no more often. */
const INTERVAL = 60_000

/** `changes` says that there is more to be seen. */
export function Contents({ changes }: { readonly changes: number }) {
  const { messages, size } = useSpeech()
  const [turn, setTurn] = useState(0)
  useEffect(() => {
    const timer = setInterval(() => setTurn(before => before + 1), INTERVAL)
    return () => clearInterval(timer)
  }, [])
  const { value, error } = useContents(`${changes} ${turn}`)
  const rows = (value?.contents ?? []).flatMap(({ distributionPoint, sequences, error: own }) => [
    ...sequences.map(sequence => ({ distributionPoint, sequence, own: undefined })),
    ...(own === undefined ? [] : [{ distributionPoint, sequence: undefined, own }]),
  ])
  return (
    <section id="contents" aria-labelledby="contents-title" tabIndex={-1}>
      <h2 id="contents-title">{messages.contents}</h2>
      {error !== undefined && <p role="alert">{messages.failed(error)}</p>}
      {value && rows.length === 0 && <p>{messages.noContents}</p>}
      {rows.length > 0 && (
        <table>
          <thead>
            <tr>
              <th scope="col">{messages.distributionPoint}</th>
              <th scope="col">{messages.sequence}</th>
              <th scope="col">{messages.revision}</th>
              <th scope="col">{messages.stored}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ distributionPoint, sequence, own }) => (
              <tr
                key={`${distributionPoint} ${sequence?.name}`}
                class={own !== undefined || sequence!.missingBlobs > 0 ? 'failed' : ''}
              >
                <th scope="row" data-label={messages.distributionPoint}>
                  {distributionPoint}
                </th>
                <td data-label={messages.sequence}>{sequence?.name ?? '–'}</td>
                <td data-label={messages.revision}>{sequence?.revision ?? '–'}</td>
                <td data-label={messages.stored}>
                  {sequence === undefined
                    ? messages.unreadable(own!)
                    : sequence.missingBlobs > 0
                      ? messages.missing(sequence.missingBlobs, size(sequence.missingBytes))
                      : messages.complete(size(sequence.bytes))}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  )
}
