import type { Overview, RunSummary } from '@bootwright/site-protocol'
import { useEffect, useState } from 'preact/hooks'
import { useLocale } from './language.ts'
import type { RunState } from './messages/messages.ts'
import { useMessages } from './site.ts'

/** Sort order: runs that need attention first. */
const ORDER: readonly RunState[] = ['failed', 'silent', 'running', 'succeeded']
/** Milliseconds without a message after which a run counts as silent. */
const SILENT_AFTER = 10 * 60_000
/** Milliseconds between updates of relative times. */
const CLOCK_INTERVAL = 5000

const stateOf = ({ state, heard }: RunSummary, now: number): RunState =>
  state === 'running' && now - new Date(heard).getTime() > SILENT_AFTER ? 'silent' : state

export function Deployments({ overview }: { readonly overview: Overview }) {
  const { messages } = useLocale()
  const [shown, setShown] = useState<RunState | 'all'>('all')
  const [query, setQuery] = useState('')
  const [now, setNow] = useState(Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), CLOCK_INTERVAL)
    return () => clearInterval(timer)
  }, [])

  const counts: Record<RunState, number> = { failed: 0, silent: 0, running: 0, succeeded: 0 }
  const all = overview.runs.map(run => ({ run, state: stateOf(run, now) }))
  for (const { state } of all) counts[state] += 1
  const term = query.toLowerCase()
  const matching = all
    .filter(({ state }) => shown === 'all' || state === shown)
    .filter(({ run }) => `${run.computer} ${run.client} ${run.deployment}`.toLowerCase().includes(term))
    .sort((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state))
  return (
    <section id="deployments" aria-labelledby="deployments-title" tabIndex={-1}>
      <h2 id="deployments-title">{messages.deployments}</h2>
      <p role="status">{messages.counted(counts)}</p>
      {overview.waiting > 0 && <p class="waiting">{messages.waiting(overview.waiting)}</p>}
      <div class="filters">
        <label>
          {messages.show}{' '}
          <select value={shown} onChange={event => setShown(event.currentTarget.value as RunState | 'all')}>
            <option value="all">{messages.all}</option>
            {ORDER.map(state => (
              <option key={state} value={state}>
                {messages.states[state]}
              </option>
            ))}
          </select>
        </label>
        <label>
          {messages.search} <input type="search" value={query} onInput={event => setQuery(event.currentTarget.value)} />
        </label>
      </div>
      {matching.length === 0 && <p>{all.length === 0 ? messages.noRuns : messages.noMatch}</p>}
      <ul class="runs">
        {matching.map(({ run, state }) => (
          <Run key={run.run} run={run} state={state} now={now} />
        ))}
      </ul>
    </section>
  )
}

interface RunProps {
  readonly run: RunSummary
  readonly state: RunState
  readonly now: number
}
function Run({ run, state, now }: RunProps) {
  const { messages, ago, size } = useLocale()
  const [isOpen, setOpen] = useState(false)
  const { step, progress, message, exitCode } = run
  const fraction = progress?.total ? (progress.done ?? 0) / progress.total : undefined
  return (
    <li class={`run ${state}`}>
      <h3>
        <span class="state">{messages.states[state]}</span> {run.computer}
      </h3>
      <p>
        {run.deployment} · <time dateTime={run.heard}>{messages.heard(ago(run.heard, now))}</time>
      </p>
      {step && (
        <p>
          {messages.step(step)}
          {exitCode !== undefined && state === 'failed' && `, ${messages.exitCode(exitCode)}`}
        </p>
      )}
      {step && run.state === 'running' && (
        <progress max={step.total} value={step.number - 1 + (fraction ?? 0)} aria-label={messages.step(step)} />
      )}
      {fraction !== undefined && (
        <p>
          {Math.floor(fraction * 100)} %
          {progress?.unit === 'bytes' && ` · ${size(progress.done ?? 0)} / ${size(progress.total!)}`}
        </p>
      )}
      {message !== undefined && <p class="message">{message}</p>}
      <details onToggle={event => setOpen(event.currentTarget.open)}>
        <summary>{messages.details}</summary>
        {isOpen && <RunDetails run={run} />}
      </details>
    </li>
  )
}

function RunDetails({ run }: { readonly run: RunSummary }) {
  const { messages, time } = useLocale()
  const { value, error } = useMessages(run.run, `${run.number} ${run.heard}`)
  const tail = value?.tail ?? []
  return (
    <>
      {error !== undefined && <p role="alert">{messages.failed(error)}</p>}
      <h4>{messages.messages}</h4>
      <ol class="messages">
        {value?.messages.map(({ number, time: at, event, step, exitCode, message }) => (
          <li key={number} class={event}>
            <time dateTime={at}>{time(at)}</time> {messages.events[event]}
            {step && ` · ${step.name}`}
            {exitCode !== undefined && exitCode !== 0 && ` · ${messages.exitCode(exitCode)}`}
            {message !== undefined && <span class="message"> {message}</span>}
          </li>
        ))}
      </ol>
      {tail.length > 0 && (
        <>
          <h4>{messages.log}</h4>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable region must be reachable by keyboard */}
          <pre class="tail" role="log" aria-label={messages.log} tabIndex={0}>
            {tail.join('\n')}
          </pre>
        </>
      )}
    </>
  )
}
