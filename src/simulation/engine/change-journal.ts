/** Slots of nodes whose pods or properties changed, in order. Positions count from the engine's start. */
export type ChangeJournal = {
  /** Position after the last entry. */
  end: number
  /** Position of the first entry that is still kept. */
  start: number
  entries: Int32Array
}

/** A journal without entries. */
export function createChangeJournal(): ChangeJournal {
  return { end: 0, start: 0, entries: new Int32Array(1024) }
}

/** Notes a change. */
export function noteChange(journal: ChangeJournal, slot: number): void {
  const at = journal.end - journal.start
  if (at === journal.entries.length) {
    const grown = new Int32Array(at * 2)
    grown.set(journal.entries)
    journal.entries = grown
  }
  journal.entries[at] = slot
  journal.end++
}

/** Forgets the older entries when there are far more than `nodes`: who has not read them reads every node instead. */
export function trimJournal(journal: ChangeJournal, nodes: number): void {
  const kept = journal.end - journal.start
  if (kept <= 4 * nodes + 1024) return
  const keep = nodes
  journal.entries.copyWithin(0, kept - keep, kept)
  journal.start = journal.end - keep
}
