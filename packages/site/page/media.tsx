import type { MediumSummary } from '@bootwright/site-protocol'
import { type Locale, useLocale } from './language.ts'

const DAY = 86_400_000
/** Days before expiry in which a certificate is highlighted. */
const EXPIRES_SOON = 30

export function Media({ media }: { readonly media: readonly MediumSummary[] }) {
  const locale = useLocale()
  const { messages } = locale
  const rows = media
    .map(medium => ({ medium, ...statusOf(medium, locale) }))
    .sort(
      (a, b) =>
        Number(b.isUnusable || b.isSoon) - Number(a.isUnusable || a.isSoon) ||
        a.medium.name.localeCompare(b.medium.name),
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
            {rows.map(({ medium, text, isUnusable, isSoon }) => (
              <tr key={medium.id} class={isUnusable ? 'failed' : isSoon ? 'silent' : ''}>
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

interface CertificateStatus {
  readonly text: string
  readonly isUnusable: boolean
  readonly isSoon: boolean
}
function statusOf({ validTo, blocked }: MediumSummary, { messages, date }: Locale): CertificateStatus {
  if (blocked !== undefined) return { text: messages.blocked(date(blocked)), isUnusable: true, isSoon: false }
  const days = Math.ceil((new Date(validTo).getTime() - Date.now()) / DAY)
  if (days <= 0) return { text: messages.expired(date(validTo)), isUnusable: true, isSoon: false }
  if (days <= EXPIRES_SOON) return { text: messages.expires(date(validTo), days), isUnusable: false, isSoon: true }
  return { text: messages.validUntil(date(validTo)), isUnusable: false, isSoon: false }
}
