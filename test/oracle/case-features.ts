import type { Random } from './random.ts'

/** What a random case is about; each case has a few of these, so that they meet one another often. */
const features = [
  'taints',
  'node-affinity',
  'ports',
  'extended-resources',
  'odd-resources',
  'hard-spread',
  'soft-spread',
  'default-spread',
  'pod-affinity',
  'volumes',
  'priorities',
  'images',
  'rare',
] as const

/** One of the things that a case may be about. */
export type CaseFeature = (typeof features)[number]

/** Picks what a case is about. */
export function pickFeatures(random: Random): ReadonlySet<CaseFeature> {
  return new Set(random.shuffle(features).slice(0, random.integer(1, 4)))
}
