import { useEffect, useState } from 'preact/hooks'
import { useLocale } from './language.ts'
import { signIn } from './site.ts'

/** In the fragment of the URL, which browsers do not send to servers. */
const PREFIX = '#code='

export function SignIn({ onSignedIn }: { readonly onSignedIn: () => void }) {
  const { messages } = useLocale()
  const [isRefused, setRefused] = useState(false)
  const [code, setCode] = useState('')
  const submit = async (entered: string): Promise<void> => {
    if (await signIn(entered.trim()).catch(() => false)) onSignedIn()
    else setRefused(true)
  }
  // Signs in once with the code in the URL, and removes it from the address bar.
  useEffect(() => {
    if (!location.hash.startsWith(PREFIX)) return
    const linkCode = decodeURIComponent(location.hash.slice(PREFIX.length))
    history.replaceState(null, '', location.pathname)
    void submit(linkCode)
  }, [])
  return (
    <section aria-labelledby="sign-in">
      <h2 id="sign-in">{messages.signInTitle}</h2>
      <p>{messages.signInHow}</p>
      <pre>bootwright site page</pre>
      <form
        onSubmit={event => {
          event.preventDefault()
          void submit(code)
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
