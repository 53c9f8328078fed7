import type { OracleCase, OracleStep } from './oracle-case.ts'

/** A case with what a real scheduler said to it, as it is kept in a file. */
export type RecordedCase = {
  readonly version: string
  readonly case: OracleCase
  readonly steps: readonly OracleStep[]
}

/** One line of text for a recorded case; lists without entries are left out. */
export function writeRecordedCase(recorded: RecordedCase): string {
  const lists = Object.entries(recorded.case).filter(([, list]) => list.length > 0)
  return JSON.stringify({ ...recorded, case: Object.fromEntries(lists) })
}

/** What {@link writeRecordedCase} wrote. The files are our own, so what is in them is taken as it is. */
export function readRecordedCase(line: string): RecordedCase {
  const recorded: RecordedCase = JSON.parse(line)
  return { ...recorded, case: { ...emptyCase, ...recorded.case } }
}

const noObjects: readonly [] = []

/** A case without anything in it. */
const emptyCase: OracleCase = {
  nodes: noObjects,
  bound: noObjects,
  queue: noObjects,
  again: noObjects,
  services: noObjects,
  replicaSets: noObjects,
  statefulSets: noObjects,
  replicationControllers: noObjects,
  namespaces: noObjects,
  podDisruptionBudgets: noObjects,
  persistentVolumes: noObjects,
  persistentVolumeClaims: noObjects,
  storageClasses: noObjects,
  csiNodes: noObjects,
}
