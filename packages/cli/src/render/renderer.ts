import type { BuildEvent } from '@bootwright/core'

/** Shows the events of a build. Disposing it restores the terminal. */
export interface Renderer extends Disposable {
  show(event: BuildEvent): void
}
