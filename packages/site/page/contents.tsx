import { useEffect, useState } from 'preact/hooks'
import { useLocale } from './language.ts'
import { useContents } from './site.ts'

/** Milliseconds: the site queries distribution points no more often. */
const REFRESH_INTERVAL = 60_000

/** Contents of the distribution points, fetched again whenever `changes` does. */
export function Contents({ changes }: { readonly changes: number }) {
  const { messages, size } = useLocale()
  const [refreshes, setRefreshes] = useState(0)
  useEffect(() => {
    const timer = setInterval(() => setRefreshes(before => before + 1), REFRESH_INTERVAL)
    return () => clearInterval(timer)
  }, [])
  const { value, error } = useContents(`${changes} ${refreshes}`)
  const rows = (value?.contents ?? []).flatMap(({ distributionPoint, sequences, error: pointError }) => [
    ...sequences.map(sequence => ({ distributionPoint, sequence, pointError: undefined })),
    ...(pointError === undefined ? [] : [{ distributionPoint, sequence: undefined, pointError }]),
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
            {rows.map(({ distributionPoint, sequence, pointError }) => (
              <tr
                key={`${distributionPoint} ${sequence?.name}`}
                class={pointError !== undefined || sequence!.missingBlobs > 0 ? 'failed' : ''}
              >
                <th scope="row" data-label={messages.distributionPoint}>
                  {distributionPoint}
                </th>
                <td data-label={messages.sequence}>{sequence?.name ?? '–'}</td>
                <td data-label={messages.revision}>{sequence?.revision ?? '–'}</td>
                <td data-label={messages.stored}>
                  {sequence === undefined
                    ? messages.unreadable(pointError!)
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
