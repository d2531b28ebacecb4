import { useEffect, useState } from 'preact/hooks'
import { useSpeech } from './language.ts'
import { signIn } from './site.ts'

/** In what follows `#` of an address, which browsers do not send. */
const PREFIX = '#code='

export function SignIn({ onSignedIn }: { readonly onSignedIn: () => void }) {
  const { messages } = useSpeech()
  const [isRefused, setRefused] = useState(false)
  const [code, setCode] = useState('')
  const send = async (given: string): Promise<void> => {
    if (await signIn(given.trim()).catch(() => false)) onSignedIn()
    else setRefused(true)
  }
  // Once, with the address that it was opened by.
  useEffect(() => {
    if (!location.hash.startsWith(PREFIX)) return
    const given = decodeURIComponent(location.hash.slice(PREFIX.length))
    history.replaceState(null, '', location.pathname)
    void send(given)
  }, [])
  return (
    <section aria-labelledby="sign-in">
      <h2 id="sign-in">{messages.signInTitle}</h2>
      <p>{messages.signInHow}</p>
      <pre>bootwright site page</pre>
      <form
        onSubmit={event => {
          event.preventDefault()
          void send(code)
        }}
      >
        <label>
          {messages.code}{' '}
          <input
            autoComplete="off"
            spellcheck={false}
            required
            value={code}
            onInput={event => setCode(event.currentTarget.value)}
          />
        </label>{' '}
        <button type="submit">{messages.signIn}</button>
      </form>
      {isRefused && <p role="alert">{messages.codeRefused}</p>}
    </section>
  )
}
