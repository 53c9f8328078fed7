import type { Labels } from './labels.ts'
import type { Resources } from './resources.ts'
import type { Taint } from './taint.ts'

/** A node as the scheduler sees it. */
export type Node = {
  readonly name: string
  readonly labels: Labels
  readonly taints: readonly Taint[]
  /** Cordoned. */
  readonly unschedulable: boolean
  readonly allocatable: Resources
  /** How many pods the node takes. */
  readonly allocatablePods: number
  /** What the machine has in all; the autoscaler judges waste and similarity by it. Absent: as allocatable. */
  readonly capacity?: Resources
  /** Images that the node already has, with their sizes in bytes; absent: none known. */
  readonly images?: readonly { readonly names: readonly string[]; readonly bytes: number }[]
}
