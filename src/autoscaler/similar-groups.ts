import type { AutoscalerSettings } from '../cluster/autoscaler-settings.ts'
import { labelOf } from '../cluster/labels.ts'
import type { Resources } from '../cluster/resources.ts'
import type { NodeState } from '../scheduler/node-state.ts'

const ignoredAlways: ReadonlySet<string> = new Set([
  'kubernetes.io/hostname',
  'failure-domain.beta.kubernetes.io/zone',
  'failure-domain.beta.kubernetes.io/region',
  'topology.kubernetes.io/zone',
  'topology.kubernetes.io/region',
  'beta.kubernetes.io/fluentd-ds-ready',
  'kops.k8s.io/instancegroup',
  'alpha.eksctl.io/instance-id',
  'alpha.eksctl.io/nodegroup-name',
  'eks.amazonaws.com/nodegroup',
  'k8s.amazonaws.com/eniConfig',
  'lifecycle',
  'topology.ebs.csi.aws.com/zone',
  'topology.k8s.aws/zone-id',
])

/** How far two nodes' amounts may lie apart, as a share of the larger: memory of the machine, allocatable and free amounts. */
const tolerance = { memory: 0.015, allocatable: 0.05, free: 0.05 } as const

/**
 * Whether two groups' templates are alike enough to share a scale-up: the same labels but for those that name a place or a
 * group, the same capacity, and allocatable and free amounts close to each other. With `--balancing-label` only those
 * labels count. Source: cluster-autoscaler 1.36.1, processors/nodegroupset/compare_nodegroups.go, aws_nodegroups.go.
 */
export function areSimilar(
  left: NodeState,
  right: NodeState,
  settings: Pick<AutoscalerSettings, 'balancingLabels' | 'balancingIgnoreLabels'>,
): boolean {
  const { balancingLabels, balancingIgnoreLabels } = settings
  if (balancingLabels.length > 0) {
    return balancingLabels.every((label) => {
      const value = labelOf(left.node.labels, label)
      return value !== undefined && value === labelOf(right.node.labels, label)
    })
  }
  return (
    haveEqualCapacity(left, right) &&
    areClose(allocatableOf(left), allocatableOf(right), tolerance.allocatable) &&
    areClose(freeOf(left), freeOf(right), tolerance.free) &&
    haveEqualLabels(left, right, balancingIgnoreLabels)
  )
}

type Amounts = ReadonlyMap<string, number>

function haveEqualCapacity(left: NodeState, right: NodeState): boolean {
  const [mine, other] = [capacityOf(left), capacityOf(right)]
  return (
    mine.size === other.size &&
    [...mine].every(([name, amount]) => {
      const counterpart = other.get(name)
      if (counterpart === undefined) return false
      return name === 'memory' ? isClose(amount, counterpart, tolerance.memory) : amount === counterpart
    })
  )
}

function areClose(left: Amounts, right: Amounts, ratio: number): boolean {
  return (
    left.size === right.size &&
    [...left].every(([name, amount]) => {
      const counterpart = right.get(name)
      return counterpart !== undefined && isClose(amount, counterpart, ratio)
    })
  )
}

function isClose(left: number, right: number, ratio: number): boolean {
  const larger = Math.max(left, right)
  return larger - Math.min(left, right) <= larger * ratio
}

function capacityOf({ node }: NodeState): Amounts {
  return amountsOf(node.capacity ?? node.allocatable, node.allocatablePods)
}

function allocatableOf({ node }: NodeState): Amounts {
  return amountsOf(node.allocatable, node.allocatablePods)
}

/** What the template's own pods leave, of the resources that every pod counts with and of those that they ask for. */
function freeOf({ node, requested }: NodeState): Amounts {
  const { allocatable } = node
  return new Map([
    ['cpu', allocatable.milliCpu - requested.milliCpu],
    ['memory', allocatable.memory - requested.memory],
    ['ephemeral-storage', allocatable.ephemeralStorage - requested.ephemeralStorage],
    ['pods', node.allocatablePods],
    ...Object.entries(requested.scalars).map(
      ([name, amount]) => [name, (allocatable.scalars[name] ?? 0) - amount] as const,
    ),
  ])
}

function amountsOf(resources: Resources, pods: number): Amounts {
  return new Map([
    ['cpu', resources.milliCpu],
    ['memory', resources.memory],
    ...(resources.ephemeralStorage > 0 ? [['ephemeral-storage', resources.ephemeralStorage] as const] : []),
    ['pods', pods],
    ...Object.entries(resources.scalars),
  ])
}

function haveEqualLabels(left: NodeState, right: NodeState, ignored: readonly string[]): boolean {
  const counted = ({ node }: NodeState): readonly (readonly [string, string])[] =>
    Object.entries(node.labels).filter(([key]) => !ignoredAlways.has(key) && !ignored.includes(key))
  const mine = counted(left)
  return (
    mine.length === counted(right).length && mine.every(([key, value]) => labelOf(right.node.labels, key) === value)
  )
}
