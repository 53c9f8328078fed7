import { labelOf } from '../cluster/labels.ts'
import type { Node } from '../cluster/node.ts'
import type { NodeGroup, NodeShape } from '../cluster/node-group.ts'

const zoneLabel = 'topology.kubernetes.io/zone'

/** Makes the nodes of one group: names, zones, labels. It remembers what it made, so that no name comes twice. */
export type GroupNodes = {
  /** The next node, in the zone that has the fewest; the first of the group's zones among equals, as Auto Scaling balances. */
  next(): Node
  /** Tells that a node has gone. */
  remove(node: Node): void
}

/** `existing`: nodes of the group that are there already; `taken`: names that no new node may have. */
export function createGroupNodes(
  group: NodeGroup,
  existing: readonly Node[],
  taken: ReadonlySet<string>,
  extraLabels: (zone: string) => Readonly<Record<string, string>>,
): GroupNodes {
  const perZone = new Map(group.zones.map((zone) => [zone, 0]))
  const count = (node: Node, by: number): void => {
    const zone = labelOf(node.labels, zoneLabel)
    if (zone !== undefined && perZone.has(zone)) perZone.set(zone, (perZone.get(zone) ?? 0) + by)
  }
  for (const node of existing) count(node, 1)
  let number = 0
  return {
    next() {
      let name: string
      do name = `${group.name}-${String(number++).padStart(6, '0')}`
      while (taken.has(name))
      const node = nodeOf(group.realNode, name, emptiestZone(perZone), group.region, extraLabels)
      count(node, 1)
      return node
    },
    remove(node) {
      count(node, -1)
    },
  }
}

function emptiestZone(perZone: ReadonlyMap<string, number>): string | undefined {
  let best: string | undefined
  let fewest = Infinity
  for (const [zone, count] of perZone) {
    if (count >= fewest) continue
    best = zone
    fewest = count
  }
  return best
}

function nodeOf(
  shape: NodeShape,
  name: string,
  zone: string | undefined,
  region: string,
  extraLabels: (zone: string) => Readonly<Record<string, string>>,
): Node {
  const zoneLabels = zone === undefined ? {} : { [zoneLabel]: zone, ...extraLabels(zone) }
  return {
    name,
    labels: { ...shape.labels, ...zoneLabels, 'topology.kubernetes.io/region': region, 'kubernetes.io/hostname': name },
    taints: shape.taints,
    unschedulable: false,
    allocatable: shape.allocatable,
    allocatablePods: shape.allocatablePods,
    capacity: shape.capacity,
  }
}
