import type { UiEvent } from '../ui-events.ts'

/** A resource that a stream says was begun to be created. */
export type BegunResource = {
  readonly address: string
  /** Its id, where the provider had already told it. */
  readonly id?: string
}

/**
 * Resources that may exist without being in the state, after a run that was cut short: those begun and not ended, and, for
 * a state that is only written now and then, those ended with an id. One that errored is in the state, tainted.
 */
export function begunResources(events: readonly UiEvent[]): readonly BegunResource[] {
  const begun = new Map<string, BegunResource>()
  for (const event of events) {
    if (event.type === 'apply-start' && event.action === 'create') begun.set(event.address, { address: event.address })
    else if (event.type === 'apply-complete' && event.action === 'create')
      begun.set(event.address, { address: event.address, ...(event.id !== undefined && { id: event.id }) })
    else if (event.type === 'apply-errored') begun.delete(event.address)
  }
  return [...begun.values()].sort((a, b) => (a.address < b.address ? -1 : 1))
}
