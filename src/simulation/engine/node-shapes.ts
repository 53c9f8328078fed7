import { type Labels, labelOf } from '../../cluster/labels.ts'
import type { Node } from '../../cluster/node.ts'
import { hostnameLabel } from '../../scheduler/spread-constraint.ts'

/** Nodes that request classes cannot tell apart while they are equally full. */
export type Shape = {
  readonly id: number
  /** One of them. */
  readonly node: Node
  /** Nodes of one domain have the same values of all labels that pods are spread over. */
  readonly domain: number
}

/** Numbers shapes and domains of nodes. */
export type NodeShapes = {
  readonly list: readonly Shape[]
  /** How many domains there are. */
  readonly domainCount: () => number
  shapeOf(node: Node): Shape
}

/** So many of the shapes found last are tried first. */
const mostRecent = 6

/**
 * Shapes as far as these labels tell nodes apart. `spreadKeys` are those that pods are spread over; of the host name only
 * its presence counts.
 */
export function createNodeShapes(labelKeys: readonly string[], spreadKeys: readonly string[]): NodeShapes {
  const list: Shape[] = []
  const byKey = new Map<string, Shape>()
  const domainByKey = new Map<string, number>()
  const parts = new WeakMap<object, number>()
  const partByText = new Map<string, number>()

  /** Nodes of a group share these objects, so each is written out once. */
  const partId = (part: object | undefined): number => {
    if (part === undefined) return -1
    const known = parts.get(part)
    if (known !== undefined) return known
    const text = JSON.stringify(part)
    const id = partByText.get(text) ?? partByText.size
    partByText.set(text, id)
    parts.set(part, id)
    return id
  }

  const readLabels = [...labelKeys, ...spreadKeys.filter((key) => key !== hostnameLabel)]
  const knowsHosts = spreadKeys.includes(hostnameLabel)
  /** Examples of the shapes found last: nodes of a group mostly come one after the other, in turn over few zones, and share their parts. */
  const recent: { readonly node: Node; readonly shape: Shape }[] = []
  let oldest = 0

  const isLike = (node: Node, other: Node): boolean =>
    node.allocatable === other.allocatable &&
    node.allocatablePods === other.allocatablePods &&
    node.taints === other.taints &&
    node.unschedulable === other.unschedulable &&
    node.images === other.images &&
    readLabels.every((key) => labelOf(node.labels, key) === labelOf(other.labels, key)) &&
    (!knowsHosts ||
      (labelOf(node.labels, hostnameLabel) === undefined) === (labelOf(other.labels, hostnameLabel) === undefined))

  return {
    list,
    domainCount: () => domainByKey.size,
    shapeOf(node) {
      for (const each of recent) if (isLike(node, each.node)) return each.shape
      const shape = find(node)
      recent[oldest] = { node, shape }
      oldest = (oldest + 1) % mostRecent
      return shape
    },
  }

  function find(node: Node): Shape {
    let key = `${partId(node.allocatable)},${node.allocatablePods},${partId(node.taints)},${node.unschedulable},${partId(node.images)}`
    for (const label of labelKeys) key += `,${JSON.stringify(labelOf(node.labels, label))}`
    const domainKey = JSON.stringify(spreadKeys.map((label) => spreadValue(node.labels, label)))
    key += domainKey
    const known = byKey.get(key)
    if (known !== undefined) return known
    let domain = domainByKey.get(domainKey)
    if (domain === undefined) {
      domain = domainByKey.size
      domainByKey.set(domainKey, domain)
    }
    const shape: Shape = { id: list.length, node, domain }
    list.push(shape)
    byKey.set(key, shape)
    return shape
  }
}

function spreadValue(labels: Labels, key: string): string | null {
  const value = labelOf(labels, key)
  if (value === undefined) return null
  return key === hostnameLabel ? '' : value
}
