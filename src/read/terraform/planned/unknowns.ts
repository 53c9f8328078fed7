import type { Unknown } from '../../../cluster/cluster.ts'

/** Gathers what a plan leaves open; what is noted twice in the same words is kept once. */
export type Unknowns = {
  readonly note: (what: string, why: string, at?: string) => void
  /** Notes the same of several things, as one entry: `zones of node groups a, b`. */
  readonly noteEach: (what: string, thing: string, why: string) => void
  readonly all: () => readonly Unknown[]
}

/** Opens an empty collection. */
export function openUnknowns(): Unknowns {
  const noted = new Map<string, Unknown>()
  const each = new Map<string, { readonly what: string; readonly things: string[]; readonly why: string }>()
  return {
    note: (what, why, at) => void noted.set(`${what}\n${why}`, { what, why, ...(at !== undefined && { at }) }),
    noteEach: (what, thing, why) => {
      const key = `${what}\n${why}`
      const found = each.get(key)
      if (found === undefined) each.set(key, { what, things: [thing], why })
      else if (!found.things.includes(thing)) found.things.push(thing)
    },
    all: () => [
      ...noted.values(),
      ...[...each.values()].map(({ what, things, why }) => ({
        what: `${what}${things.length === 1 ? '' : 's'} ${things.join(', ')}`,
        why,
      })),
    ],
  }
}
