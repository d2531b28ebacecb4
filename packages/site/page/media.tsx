import type { MediumSummary } from '@bootwright/site-protocol'
import { type Speech, useSpeech } from './language.ts'

const DAY = 86_400_000
/** Days before its end from which on a certificate is worth a look. */
const SOON = 30

export function Media({ media }: { readonly media: readonly MediumSummary[] }) {
  const speech = useSpeech()
  const { messages } = speech
  const judged = media
    .map(medium => ({ medium, ...judge(medium, speech) }))
    .sort(
      (a, b) => Number(b.isOff || b.isSoon) - Number(a.isOff || a.isSoon) || a.medium.name.localeCompare(b.medium.name),
    )
  return (
    <section id="media" aria-labelledby="media-title" tabIndex={-1}>
      <h2 id="media-title">{messages.media}</h2>
      {media.length === 0 ? (
        <p>{messages.noMedia}</p>
      ) : (
        <table>
          <thead>
            <tr>
              <th scope="col">{messages.medium}</th>
              <th scope="col">{messages.type}</th>
              <th scope="col">{messages.certificate}</th>
            </tr>
          </thead>
          <tbody>
            {judged.map(({ medium, text, isOff, isSoon }) => (
              <tr key={medium.id} class={isOff ? 'failed' : isSoon ? 'silent' : ''}>
                <th scope="row" data-label={messages.medium}>
                  {medium.label || medium.name} <code>{medium.id}</code>
                </th>
                <td data-label={messages.type}>{medium.type}</td>
                <td data-label={messages.certificate}>{text}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  )
}

interface Judged {
  readonly text: string
  readonly isOff: boolean
  readonly isSoon: boolean
}
function judge({ validTo, blocked }: MediumSummary, { messages, date }: Speech): Judged {
  if (blocked !== undefined) return { text: messages.blocked(date(blocked)), isOff: true, isSoon: false }
  const days = Math.ceil((new Date(validTo).getTime() - Date.now()) / DAY)
  if (days <= 0) return { text: messages.expired(date(validTo)), isOff: true, isSoon: false }
  if (days <= SOON) return { text: messages.expires(date(validTo), days), isOff: false, isSoon: true }
  return { text: messages.validUntil(date(validTo)), isOff: false, isSoon: false }
}
