import { isDeepStrictEqual } from 'node:util'
import type { OracleStep } from './oracle-case.ts'

/** A place in which two answers differ. */
export type Difference = { readonly at: string; readonly oracle: unknown; readonly ours: unknown }

/** The first difference between what the oracle and what our scheduler says; `undefined` when they agree in everything. */
export function compareSteps(oracle: readonly OracleStep[], ours: readonly OracleStep[]): Difference | undefined {
  for (let index = 0; index < Math.max(oracle.length, ours.length); index++) {
    const difference = differenceOf(oracle[index], ours[index], `steps[${index}]`)
    if (difference !== undefined) return difference
  }
  return undefined
}

function differenceOf(oracle: unknown, ours: unknown, at: string): Difference | undefined {
  if (isDeepStrictEqual(oracle, ours)) return undefined
  if (isRecord(oracle) && isRecord(ours)) {
    for (const key of new Set([...Object.keys(oracle), ...Object.keys(ours)])) {
      const difference = differenceOf(oracle[key], ours[key], `${at}.${key}`)
      if (difference !== undefined) return difference
    }
  }
  return { at, oracle, ours }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
