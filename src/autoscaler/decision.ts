import type { AutoscalerMemory } from './memory.ts'

/** One group's new size. */
export type GroupResize = {
  readonly group: string
  readonly from: number
  readonly to: number
  readonly max: number
}

/** One plan that the loop carries out: the chosen option, after caps and splitting among similar groups. */
export type ScaleUp = {
  /** Sorted by group. */
  readonly plan: readonly GroupResize[]
  /** The group that the expander chose. */
  readonly best: string
  /** All groups that it could have chosen, `best` among them: to the expanders they are equal. */
  readonly tied: readonly string[]
  /** Nodes that the estimator wanted in it, before caps and splitting. */
  readonly estimatedNodes: number
  /** Caps and splits, in the autoscaler's words. */
  readonly notes: readonly string[]
  /** Pods that the plan is for: class id → how many. */
  readonly pods: ReadonlyMap<string, number>
}

/** One group that could take pods. */
export type ScaleUpOption = {
  readonly group: string
  readonly nodes: number
  /** Class id → how many of its pods the nodes take. */
  readonly pods: ReadonlyMap<string, number>
  /** Groups that would share the scale-up. */
  readonly similar: readonly string[]
  /** The least-waste expander's line, when that expander looked at it. */
  readonly leastWaste?: string
}

/** A node that the loop removes. */
export type ScaleDown = {
  readonly node: string
  readonly group: string
  readonly how: 'empty' | 'drain'
}

/** What the autoscaler tells pods of one class. */
export type PodTexts = {
  /** `pod triggered scale-up: …` and for how many of the class. */
  readonly triggered?: { readonly text: string; readonly pods: number }
  /** `pod didn't trigger scale-up: …`; the real one prints the reasons in random order, here they are sorted. */
  readonly notTriggered?: { readonly text: string; readonly reasons: readonly string[]; readonly pods: number }
}

/** Why no scale-up could come from a group for a class. */
export type GroupRejection = { readonly plugin: string; readonly reasons: readonly string[] }

/** Nodes that stay, with the autoscaler's reason. */
export type UnremovableNodes = { readonly nodes: readonly string[]; readonly reason: string }

/** What one loop decides and says. */
export type AutoscalerDecision = {
  /** At most one: one option a loop. */
  readonly scaleUps: readonly ScaleUp[]
  readonly scaleDowns: readonly ScaleDown[]
  /** Class id → its texts; classes without any are absent. */
  readonly texts: ReadonlyMap<string, PodTexts>
  /** What the expander had to choose from. */
  readonly options: readonly ScaleUpOption[]
  /** Group → why no pod was tried on it, in the words of its log (`max size reached`). */
  readonly skippedGroups: ReadonlyMap<string, string>
  /** Class id → group → what turned the pods down on the group's template. */
  readonly rejectedBy: ReadonlyMap<string, ReadonlyMap<string, GroupRejection>>
  /** Nodes that were looked at and stay. */
  readonly unremovable: readonly UnremovableNodes[]
  /** Nodes that are not needed, if not for long enough yet: they carry a soft taint, ten of them at most. */
  readonly unneeded: readonly string[]
  /** Class id → pods that existing or awaited nodes will take, so that nothing is done for them. */
  readonly covered: ReadonlyMap<string, number>
  /** Group → new target size that corrects what never came (a node that did not start within its time). */
  readonly corrections: ReadonlyMap<string, number>
  /** Instances that never became nodes and are ended now, after `corrections`; each lowers its group's target size by one. */
  readonly endedInstances: readonly string[]
  /** Why the loop could not be carried through, in the autoscaler's words. */
  readonly error?: string
  /** To hand to the next loop of the same process. */
  readonly memory: AutoscalerMemory
}
