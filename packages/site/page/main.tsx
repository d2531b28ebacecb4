import { render } from 'preact'
import { useEffect, useMemo, useState } from 'preact/hooks'
import { Contents } from './contents.tsx'
import { Deployments } from './deployments.tsx'
import { LANGUAGES, type Language, LocaleContext, localeOf, preferredLanguage, rememberLanguage } from './language.ts'
import { Media } from './media.tsx'
import { SignIn } from './sign-in.tsx'
import { signOut, useLive } from './site.ts'

function Page() {
  const [language, setLanguage] = useState<Language>(preferredLanguage)
  const [attempt, setAttempt] = useState(0)
  const { access, isConnected, overview } = useLive(attempt)
  const locale = useMemo(() => localeOf(language), [language])
  const { messages } = locale
  const title = overview ? `${overview.site} · Bootwright` : 'Bootwright'
  useEffect(() => {
    document.documentElement.lang = language
    document.title = title
  }, [language, title])
  const choose = (chosen: Language): void => {
    rememberLanguage(chosen)
    setLanguage(chosen)
  }
  const leave = async (): Promise<void> => {
    await signOut()
    setAttempt(attempt + 1)
  }
  return (
    <LocaleContext.Provider value={locale}>
      <a class="skip" href="#main">
        {messages.skip}
      </a>
      <header>
        <h1>{title}</h1>
        {access === 'in' && (
          <p class={isConnected ? 'live' : 'disconnected'} role="status">
            {isConnected ? messages.isLive : messages.isDisconnected}
          </p>
        )}
        <label>
          {messages.language}{' '}
          <select value={language} onChange={event => choose(event.currentTarget.value as Language)}>
            {Object.entries(LANGUAGES).map(([key, name]) => (
              <option key={key} value={key} lang={key}>
                {name}
              </option>
            ))}
          </select>
        </label>
        {access === 'in' && (
          <button type="button" onClick={leave}>
            {messages.signOut}
          </button>
        )}
      </header>
      {overview && (
        <nav aria-label={messages.sections}>
          <a href="#deployments">{messages.deployments}</a>
          <a href="#media">{messages.media}</a>
          <a href="#contents">{messages.contents}</a>
        </nav>
      )}
      <main id="main" tabIndex={-1}>
        {access === 'out' && <SignIn onSignedIn={() => setAttempt(attempt + 1)} />}
        {overview && (
          <>
            <Deployments overview={overview} />
            <Media media={overview.media} />
            <Contents changes={overview.runs.length} />
          </>
        )}
      </main>
    </LocaleContext.Provider>
  )
}

render(<Page />, document.getElementById('page')!)
