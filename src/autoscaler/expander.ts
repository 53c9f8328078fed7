import type { AutoscalerSettings, ExpanderPriority } from '../cluster/autoscaler-settings.ts'
import type { Node } from '../cluster/node.ts'
import { goFixed2 } from './go-format.ts'
import { goRegularExpression } from './go-regular-expression.ts'
import type { Random } from './random-choice.ts'

/** One group that could take pods, as the expanders see it. */
export type Expansion = {
  readonly group: string
  /** Name of the Auto Scaling group. */
  readonly id: string
  readonly nodes: number
  readonly podCount: number
  /** Sum of the containers' requests of those pods: millicores and bytes. */
  readonly requested: { readonly milliCpu: number; readonly memory: number }
  readonly template: Node
}

/** What the expanders leave. */
export type ExpanderChoice<Option extends Expansion> = {
  readonly best: Option
  /** All that were left for chance to choose from. */
  readonly left: readonly Option[]
  /** Lines of the least-waste expander, sorted by group; empty when it was not asked. */
  readonly leastWaste: ReadonlyMap<string, string>
}

/**
 * Asks the expanders in order; each narrows what the one before left, and one option that is left alone is taken. Among the
 * last ones chance decides. `undefined` without options.
 * Source: cluster-autoscaler 1.36.1, expander/factory/chain.go.
 */
export function chooseExpansion<Option extends Expansion>(
  options: readonly Option[],
  settings: Pick<AutoscalerSettings, 'expanders' | 'expanderPriorities'>,
  random: Random,
): ExpanderChoice<Option> | undefined {
  let left = options
  const lines = new Map<string, string>()
  for (const expander of settings.expanders) {
    switch (expander) {
      case 'random':
        break
      case 'most-pods':
        left = best(left, ({ podCount }) => -podCount)
        break
      case 'least-nodes':
        left = best(left, ({ nodes }) => nodes)
        break
      case 'least-waste':
        for (const option of left) lines.set(option.group, wasteLine(option))
        left = best(left, (option) => wasteOf(option).sum)
        break
      case 'priority':
        left = byPriority(left, settings.expanderPriorities)
    }
    if (left.length === 1) break
  }
  const chosen = left[random.next(left.length)]
  if (chosen === undefined) return undefined
  const leastWaste = new Map([...lines].sort(([a], [b]) => (a < b ? -1 : 1)))
  return { best: chosen, left, leastWaste }
}

/** The options with the smallest score, compared as doubles. */
function best<Option>(options: readonly Option[], scoreOf: (option: Option) => number): readonly Option[] {
  const scores = options.map(scoreOf)
  const smallest = Math.min(...scores)
  return options.filter((_, index) => scores[index] === smallest)
}

/**
 * The unused share of cpu and memory of the nodes' capacity; DaemonSets and GPUs have no part in it.
 * Source: cluster-autoscaler 1.36.1, expander/waste/waste.go.
 */
function wasteOf({ nodes, requested, template }: Expansion): { cpu: number; memory: number; sum: number } {
  const capacity = template.capacity ?? template.allocatable
  const cpuTotal = capacity.milliCpu * nodes
  const memoryTotal = capacity.memory * nodes
  const cpu = (cpuTotal - requested.milliCpu) / cpuTotal
  const memory = (memoryTotal - requested.memory) / memoryTotal
  return { cpu, memory, sum: cpu + memory }
}

function wasteLine(option: Expansion): string {
  const { cpu, memory, sum } = wasteOf(option)
  return `Expanding Node Group ${option.id} would waste ${goFixed2(cpu * 100)}% CPU, ${goFixed2(memory * 100)}% Memory, ${goFixed2(sum * 50)}% Blended`
}

/**
 * The options whose group matches a pattern of the highest number that matches any. Without a ConfigMap, or when none
 * matches, all stay. Source: cluster-autoscaler 1.36.1, expander/priority/priority.go.
 */
function byPriority<Option extends Expansion>(
  options: readonly Option[],
  priorities: readonly ExpanderPriority[] | undefined,
): readonly Option[] {
  if (priorities === undefined) return options
  const sorted = [...priorities].sort((a, b) => b.priority - a.priority)
  for (const { patterns } of sorted) {
    const expressions = patterns.map(goRegularExpression)
    const matching = options.filter(({ id }) => expressions.some((expression) => expression.test(id)))
    if (matching.length > 0) return matching
  }
  return options
}
