import type { AutoscalerSettings } from '../cluster/autoscaler-settings.ts'
import type { AutoscaledGroup } from '../cluster/node-group.ts'
import { type NodeState, nodeState } from '../scheduler/node-state.ts'
import { isReady } from './group-states.ts'
import type { NodeTemplate } from './node-template.ts'
import type { Random } from './random-choice.ts'
import { templateFromNode, withTagAmounts } from './template-from-node.ts'
import { type TemplateSources, templateFromZero } from './template-from-zero.ts'
import type { AutoscalerView, GroupView, NodeBucket } from './view.ts'

/** Seconds that a node must have been ready before it serves as its group's template. */
const stabilization = 60

/** The groups' templates, and those taken from running nodes, to be remembered; or why there are none. */
export type GroupTemplates = {
  readonly templates: ReadonlyMap<string, NodeState>
  readonly cached: ReadonlyMap<string, NodeTemplate>
  readonly error?: string
}

/**
 * Each group's template: of a node that is ready for a minute and not cordoned, else the one remembered from such a node,
 * else made from type and tags. One type that the autoscaler does not know ends the loop for all groups.
 * Source: cluster-autoscaler 1.36.1, processors/nodeinfosprovider/mixed_nodeinfos_processor.go.
 */
export function groupTemplates(
  groups: readonly GroupView[],
  view: AutoscalerView,
  settings: AutoscalerSettings,
  sources: TemplateSources,
  cached: ReadonlyMap<string, NodeTemplate>,
  random: Random,
): GroupTemplates {
  const { forceDaemonSets } = settings
  const kept = new Map<string, NodeTemplate>()
  const templates = new Map<string, NodeState>()
  const isGood = (bucket: NodeBucket): boolean =>
    isReady(bucket, settings) &&
    bucket.readySince + stabilization < view.now &&
    !bucket.state.node.unschedulable &&
    bucket.toBeDeleted !== true
  for (const { group } of groups) {
    const own = random.shuffled(view.nodes.filter((bucket) => bucket.group === group.name))
    const good = own.find(isGood)
    const remembered = cached.get(group.name)
    let template: NodeTemplate | undefined
    if (good !== undefined) {
      const found = fromNode(good.state, group, sources, forceDaemonSets)
      template = remembered !== undefined && areEqual(found, remembered) ? remembered : found
      kept.set(group.name, template)
    } else if (remembered !== undefined) {
      template = remembered
      kept.set(group.name, remembered)
    } else {
      template = fromZero(group, sources)
      if (template === undefined) {
        const id = group.autoScalingGroup
        const type = group.instanceTypes[0] ?? ''
        return {
          templates,
          cached: kept,
          error: `failed to recompute template node infos: failed to obtain template NodeInfo from node group "${id}": ASG "${id}" uses the unknown EC2 instance type "${type}"`,
        }
      }
    }
    templates.set(group.name, stateOf(template, group, sources))
  }
  return { templates, cached: kept }
}

type Kept<Value> = { readonly group: AutoscaledGroup; readonly sources: TemplateSources; readonly value: Value }

/** Templates are the same objects in every loop in which they are equal, so that answers about them can be kept. */
const fromZeroOf = new WeakMap<AutoscaledGroup, Kept<NodeTemplate | undefined>>()
const statesOf = new WeakMap<NodeTemplate, Kept<NodeState>>()
const fromNodeOf = new WeakMap<NodeState, Kept<NodeTemplate>>()

function fromZero(group: AutoscaledGroup, sources: TemplateSources): NodeTemplate | undefined {
  const known = fromZeroOf.get(group)
  if (known !== undefined && haveEqualSources(known.sources, sources)) return known.value
  const value = templateFromZero(group, sources)
  fromZeroOf.set(group, { group, sources, value })
  return value
}

function fromNode(
  state: NodeState,
  group: AutoscaledGroup,
  sources: TemplateSources,
  forceDaemonSets: boolean,
): NodeTemplate {
  const known = fromNodeOf.get(state)
  if (known?.group === group && haveEqualSources(known.sources, sources) && !forceDaemonSets) return known.value
  const value = templateFromNode(state, group, { ...sources, forceDaemonSets })
  if (!forceDaemonSets) fromNodeOf.set(state, { group, sources, value })
  return value
}

function stateOf(template: NodeTemplate, group: AutoscaledGroup, sources: TemplateSources): NodeState {
  const known = statesOf.get(template)
  if (known?.group === group && haveEqualSources(known.sources, sources)) return known.value
  const { node, pods } = withTagAmounts(template, group, sources)
  const value = nodeState(node, pods)
  statesOf.set(template, { group, sources, value })
  return value
}

function haveEqualSources(left: TemplateSources, right: TemplateSources): boolean {
  return (
    left.version.minor === right.version.minor &&
    left.version.patch === right.version.patch &&
    left.taints === right.taints &&
    left.daemonSets.length === right.daemonSets.length &&
    left.daemonSets.every((pod, index) => pod === right.daemonSets[index]) &&
    left.staticInstanceTypes === right.staticInstanceTypes
  )
}

function areEqual(left: NodeTemplate, right: NodeTemplate): boolean {
  return left === right || JSON.stringify(left) === JSON.stringify(right)
}
