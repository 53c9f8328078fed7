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
    const holders = countHolders(
      nodes.map(({ node }) => node),
      new Set(names),
    )
    return {
      scoreOf({ node }) {
        if (holders.size === 0 || node.images === undefined) return imageScore(0, names.length)
        const sizes = new Map(
          node.images.flatMap(({ names: known, bytes }) => known.map((name) => [name, bytes] as const)),
        )
        let sum = 0
        for (const name of names) {
          const bytes = sizes.get(name)
          if (bytes !== undefined) sum += Math.trunc(bytes * ((holders.get(name) ?? 0) / nodes.length))
        }
        return imageScore(sum, names.length)
      },
    }
  },
}

/** Bytes of the pod's images on a node, scaled by their spread, as 0–100 between 23 MiB and 1000 MiB a container. */
export function imageScore(bytes: number, containers: number): number {
  if (containers === 0) return 0
  const mostBytes = mostBytesPerContainer * containers
  const bounded = bytes < leastBytes ? leastBytes : Math.min(bytes, mostBytes)
  return Math.trunc((100 * (bounded - leastBytes)) / (mostBytes - leastBytes))
}

function countHolders(nodes: readonly Node[], wanted: ReadonlySet<string>): ReadonlyMap<string, number> {
  const holders = new Map<string, number>()
  for (const { images = [] } of nodes) {
    const found = new Set(images.flatMap(({ names }) => names.filter((name) => wanted.has(name))))
    for (const name of found) holders.set(name, (holders.get(name) ?? 0) + 1)
  }
  return holders
}

/** An image without a tag is its `latest`. */
function normalizedImageName(name: string): string {
  return name.lastIndexOf(':') <= name.lastIndexOf('/') ? `${name}:latest` : name
}
