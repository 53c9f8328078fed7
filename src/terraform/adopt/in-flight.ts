import type { Diagnostic, UiEvent } from '../ui-events.ts'

/** A resource that a stream says was begun to be created. */
export type BegunResource = {
  readonly address: string
  /** Its id, where the provider had already told it. */
  readonly id?: string
}

/** What Terraform and providers say of work that an interrupt has ended. */
const cancelled = /context canceled|execution halted|operation cancel|interrupt|request canceled/i

/** Whether a diagnostic only says that work was given up because somebody interrupted it. */
export function isCancellation({ summary, detail }: Pick<Diagnostic, 'summary' | 'detail'>): boolean {
  return cancelled.test(summary) || detail.includes('context canceled')
}

/**
 * Resources that may exist without being in the state, after a run that was cut short: those begun and not ended; those that
 * an interrupt made the provider give up, whose creation AWS may have heard of; and, for a state that is only written now and
 * then, those ended with an id. One that errored otherwise is in the state, tainted, or was never made.
 */
export function begunResources(events: readonly UiEvent[]): readonly BegunResource[] {
  const begun = new Map<string, BegunResource>()
  const errored = new Set<string>()
  for (const event of events) {
    if (event.type === 'apply-start' && event.action === 'create') begun.set(event.address, { address: event.address })
    else if (event.type === 'apply-complete' && event.action === 'create')
      begun.set(event.address, { address: event.address, ...(event.id !== undefined && { id: event.id }) })
    else if (event.type === 'apply-errored') errored.add(event.address)
    else if (event.type === 'diagnostic' && event.diagnostic.address !== undefined && isCancellation(event.diagnostic))
      errored.delete(event.diagnostic.address)
  }
  return [...begun.values()]
    .filter(({ address }) => !errored.has(address))
    .sort((a, b) => (a.address < b.address ? -1 : 1))
}
