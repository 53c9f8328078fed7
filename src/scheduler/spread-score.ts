import { goLog } from './go-log.ts'

/** Weight of one matching pod under a constraint over so many domains. Source: podtopologyspread/scoring.go. */
export function spreadWeight(domains: number): number {
  return goLog(domains + 2)
}

/** What one constraint adds to a node's raw score, before the sum is rounded. */
export function spreadTerm(count: number, maxSkew: number, weight: number): number {
  return count * weight + (maxSkew - 1)
}

/** A raw score as 0–100: few pods are good. `least` and `most` are over all feasible nodes that are not ignored. */
export function normalizedSpread(score: number, least: number, most: number): number {
  return most === 0 ? 100 : Math.trunc((100 * (most + least - score)) / most)
}
