import type { GroupOutcome, Outcome, WorkloadOutcome } from './outcome.ts'

/** How a figure changes from the first outcome to the second. */
export type Change<T> = { readonly before: T; readonly after: T }

type Place = { readonly group: string | null; readonly pods: number }

/** What differs between two outcomes; what is the same is left out. */
export type OutcomeComparison = {
  readonly workloads: readonly {
    readonly id: string
    readonly namespace: string
    /** Set for what runs in the cluster by itself. */
    readonly system?: true
    /** `null`: not in that outcome. */
    readonly running: Change<number | null>
    readonly pending: Change<number | null>
    /** Groups that carry it, with pods. */
    readonly placements: Change<readonly Place[]>
    /** Texts of its pending pods. */
    readonly messages: Change<readonly string[]>
  }[]
  readonly groups: readonly {
    readonly name: string
    /** Nodes at the end. */
    readonly nodes: Change<number | null>
    readonly instanceTypes: Change<readonly string[] | null>
  }[]
  readonly nodes: Change<number>
  readonly gpus: Change<{ readonly total: number; readonly used: number }>
  readonly hourAfter: Change<number | null>
  /** Ids of findings that only one of the two has. */
  readonly findings: { readonly gone: readonly string[]; readonly added: readonly string[] }
}

/** Compares what two simulations come to: workloads by namespace and id, groups by name. */
export function compareOutcomes(before: Outcome, after: Outcome): OutcomeComparison {
  const gpus = ({ totals }: Outcome) => ({ total: totals.gpus.total, used: totals.gpus.used })
  return {
    workloads: paired(before.workloads, after.workloads, ({ namespace, id }) => `${namespace}/${id}`)
      .map(compareWorkloads)
      .filter(({ running, pending, placements, messages }) =>
        [running, pending, placements, messages].some(isDifferent),
      ),
    groups: paired(before.groups, after.groups, ({ name }) => name)
      .map(compareGroups)
      .filter(({ nodes, instanceTypes }) => isDifferent(nodes) || isDifferent(instanceTypes)),
    nodes: { before: before.totals.nodes, after: after.totals.nodes },
    gpus: { before: gpus(before), after: gpus(after) },
    hourAfter: { before: before.cost.hourAfter, after: after.cost.hourAfter },
    findings: { gone: idsOnlyIn(before, after), added: idsOnlyIn(after, before) },
  }
}

type Pair<T> = readonly [before: T | undefined, after: T | undefined]

/** In the order of the first, then what only the second has. */
function paired<T>(before: readonly T[], after: readonly T[], key: (item: T) => string): readonly Pair<T>[] {
  const later = new Map(after.map((item) => [key(item), item]))
  const earlier = new Set(before.map(key))
  return [
    ...before.map((item): Pair<T> => [item, later.get(key(item))]),
    ...after.filter((item) => !earlier.has(key(item))).map((item): Pair<T> => [undefined, item]),
  ]
}

function compareWorkloads([before, after]: Pair<WorkloadOutcome>): OutcomeComparison['workloads'][number] {
  return {
    id: before?.id ?? after?.id ?? '',
    namespace: before?.namespace ?? after?.namespace ?? '',
    ...((before ?? after)?.system === true && { system: true }),
    running: { before: before?.running ?? null, after: after?.running ?? null },
    pending: { before: before?.pending ?? null, after: after?.pending ?? null },
    placements: { before: places(before), after: places(after) },
    messages: { before: messages(before), after: messages(after) },
  }
}

function compareGroups([before, after]: Pair<GroupOutcome>): OutcomeComparison['groups'][number] {
  return {
    name: before?.name ?? after?.name ?? '',
    nodes: { before: before?.to ?? null, after: after?.to ?? null },
    instanceTypes: { before: before?.instanceTypes ?? null, after: after?.instanceTypes ?? null },
  }
}

function places(workload: WorkloadOutcome | undefined): readonly Place[] {
  const byGroup = new Map<string | null, number>()
  for (const { group, pods } of workload?.placements ?? []) byGroup.set(group, (byGroup.get(group) ?? 0) + pods)
  return [...byGroup].map(([group, pods]) => ({ group, pods }))
}

function messages(workload: WorkloadOutcome | undefined): readonly string[] {
  return workload?.reasons.map(({ message }) => message) ?? []
}

function isDifferent({ before, after }: Change<unknown>): boolean {
  return JSON.stringify(before) !== JSON.stringify(after)
}

function idsOnlyIn(left: Outcome, right: Outcome): readonly string[] {
  const others = new Set(right.findings.map(({ id }) => id))
  return [...new Set(left.findings.map(({ id }) => id))].filter((id) => !others.has(id)).toSorted()
}
