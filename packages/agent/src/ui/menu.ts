import type { Catalogue } from './report.ts'
import type { Terminal } from './terminal.ts'
import { after } from './timer.ts'

export type Choice = 'retry' | 'network' | 'resume' | 'startOver' | 'reboot' | 'powerOff' | 'shell'

export interface MenuOptions<C extends Choice> {
  readonly terminal: Terminal
  readonly messages: Catalogue
  readonly choices: readonly C[]
  /** The choice that is made when nobody answers. */
  readonly timeout?: { readonly choice: C; readonly seconds: number } | undefined
}

/** Prompts until the key of a choice is typed, followed by Enter. */
export async function choose<C extends Choice>(options: MenuOptions<C>): Promise<C> {
  const { terminal, messages, choices, timeout } = options
  const texts = choices.map(choice => ({ choice, ...messages()[choice]() }))
  const patience = new AbortController()
  using _timer = timeout && after(timeout.seconds * 1000, () => patience.abort())
  terminal.discardKeys()
  for (;;) {
    const title = timeout
      ? messages().choicePromptWithTimeout({ seconds: timeout.seconds, choice: messages()[timeout.choice]().text })
      : messages().choicePrompt()
    terminal.print(`\n${title}\n${texts.map(({ key, text }) => `  ${key}  ${text}\n`).join('')}> `)
    try {
      const typed = (await terminal.readLine({ signal: patience.signal })).trim().toLowerCase()
      const chosen = texts.find(({ key }) => key === typed)
      if (chosen) return chosen.choice
    } catch (error) {
      if (!patience.signal.aborted || !timeout) throw error
      terminal.print('\n')
      return timeout.choice
    }
  }
}
