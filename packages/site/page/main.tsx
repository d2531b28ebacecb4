import { render } from 'preact'
import { useEffect, useMemo, useState } from 'preact/hooks'
import { Contents } from './contents.tsx'
import { Deployments } from './deployments.tsx'
import { LANGUAGES, type Language, preferredLanguage, rememberLanguage, SpeechContext, speechOf } from './language.ts'
import { Media } from './media.tsx'
import { SignIn } from './sign-in.tsx'
import { signOut, useLive } from './site.ts'

function Page() {
  const [language, setLanguage] = useState<Language>(preferredLanguage)
  const [tries, setTries] = useState(0)
  const { access, isConnected, overview } = useLive(tries)
  const speech = useMemo(() => speechOf(language), [language])
  const { messages } = speech
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
    setTries(tries + 1)
  }
  return (
    <SpeechContext.Provider value={speech}>
      <a class="skip" href="#main">
        {messages.skip}
      </a>
      <header>
        <h1>{title}</h1>
        {access === 'in' && (
          <p class={isConnected ? 'live' : 'cut'} role="status">
            {isConnected ? messages.isLive : messages.isCut}
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
        {access === 'out' && <SignIn onSignedIn={() => setTries(tries + 1)} />}
        {overview && (
          <>
            <Deployments overview={overview} />
            <Media media={overview.media} />
            <Contents changes={overview.runs.length} />
          </>
        )}
      </main>
    </SpeechContext.Provider>
  )
}

render(<Page />, document.getElementById('page')!)
