import type { Node } from '../cluster/node.ts'
import type { ScorePlugin } from './plugin.ts'

const mebibyte = 1024 * 1024
const leastBytes = 23 * mebibyte
const mostBytesPerContainer = 1000 * mebibyte

/**
 * Prefers nodes that have the pod's images, the larger the better, scaled by the share of nodes that have them. (Before
 * 1.30 images of init containers did not count; here they do.) Source: plugins/imagelocality.
 */
export const imageLocalityScore: ScorePlugin = {
  name: 'ImageLocality',
  weight: 1,
  prepare({ images }, _feasible, { nodes }) {
    const names = images.map(normalizedImageName)
    const spread = new Map(
      [...new Set(names)].map((name) => [
        name,
        nodes.filter(({ node }) => sizesOn(node).has(name)).length / nodes.length,
      ]),
    )
    return {
      scoreOf({ node }) {
        const found = sizesOn(node)
        let sum = 0
        for (const name of names) sum += Math.trunc((found.get(name) ?? 0) * (spread.get(name) ?? 0))
        return imageScore(sum, names.length)
      },
    }
  },
}

const sizes = new WeakMap<Node, ReadonlyMap<string, number>>()
const nothing: ReadonlyMap<string, number> = new Map()

/** Bytes of the images on a node by each of their names; made once for a node. */
function sizesOn(node: Node): ReadonlyMap<string, number> {
  if (node.images === undefined) return nothing
  const known = sizes.get(node)
  if (known !== undefined) return known
  const made = new Map(node.images.flatMap(({ names, bytes }) => names.map((name) => [name, bytes] as const)))
  sizes.set(node, made)
  return made
}

/** Bytes of the pod's images on a node, scaled by their spread, as 0–100 between 23 MiB and 1000 MiB a container. */
export function imageScore(bytes: number, containers: number): number {
  if (containers === 0) return 0
  const mostBytes = mostBytesPerContainer * containers
  const bounded = bytes < leastBytes ? leastBytes : Math.min(bytes, mostBytes)
  return Math.trunc((100 * (bounded - leastBytes)) / (mostBytes - leastBytes))
}

/** An image without a tag is its `latest`. */
function normalizedImageName(name: string): string {
  return name.lastIndexOf(':') <= name.lastIndexOf('/') ? `${name}:latest` : name
}
