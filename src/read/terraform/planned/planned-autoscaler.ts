import { parse as parseYaml } from 'yaml'
import { autoscalerVersionFor } from '../../../catalog/autoscaler-images.ts'
import type { AutoscalerSettings, ExpanderPriority } from '../../../cluster/autoscaler-settings.ts'
import { type AutoscalerFlags, defaultAutoscalerSettings, readAutoscalerFlags } from '../../config/autoscaler-flags.ts'
import { isJsonObject, textAt, valueAt } from '../../kubernetes/json.ts'
import { type ChosenCluster, isOfCluster, sharesCluster } from './choose-cluster.ts'
import { defaultDiscovery } from './discovered.ts'
import type { PlanIndex } from './plan-index.ts'
import { imagesOf, isAutoscaler, wordsOf } from './system-objects.ts'
import type { Unknowns } from './unknowns.ts'

/** The cluster's autoscaler and how it finds its groups; no settings: nothing scales by itself. */
export type PlannedAutoscaler = {
  readonly settings?: AutoscalerSettings
  readonly discovery: Pick<AutoscalerFlags, 'discovery' | 'groups'>
}

/**
 * Reads the autoscaler from its Deployment. Where the plan shows none but gives somebody the rights of one, it is taken
 * to run with the settings that it has without flags, and that is noted.
 */
export function readPlannedAutoscaler(
  objects: readonly unknown[],
  index: PlanIndex,
  cluster: ChosenCluster,
  version: string,
  unknowns: Unknowns,
): PlannedAutoscaler {
  const deployment = objects.find(isAutoscaler)
  const byDefault = { discovery: defaultDiscovery(cluster.name), groups: [] }
  if (deployment === undefined) {
    if (!hasRights(index, cluster)) {
      noteOthers(index, unknowns)
      return { discovery: byDefault }
    }
    const settings = defaultAutoscalerSettings(autoscalerVersionFor(version))
    unknowns.note(
      'flags of the Cluster Autoscaler',
      `the plan gives it rights but does not show its Deployment; it is taken to run as ${settings.version} without flags`,
    )
    return { settings, discovery: byDefault }
  }
  const own = versionOf(imagesOf(deployment))
  if (own === undefined)
    unknowns.note(
      'version of the Cluster Autoscaler',
      `its image has no version tag; taken to be ${autoscalerVersionFor(version)}, the one for Kubernetes ${version}`,
    )
  const words = withoutForeignExpander(wordsOf(deployment), unknowns)
  const flags = readAutoscalerFlags(words, own ?? autoscalerVersionFor(version))
  if (flags.unknown.length > 0)
    unknowns.note(
      `flags of the Cluster Autoscaler ${flags.unknown.join(' ')}`,
      'they are not simulated; it is taken to run without them',
    )
  const priorities = readPriorities(objects, unknowns)
  return {
    settings: { ...flags.settings, ...(priorities !== undefined && { expanderPriorities: priorities }) },
    discovery: flags.discovery.length + flags.groups.length === 0 ? { discovery: [], groups: [] } : flags,
  }
}

/** A gRPC expander decides by a program of the user's: the choice is then what the others leave. */
function withoutForeignExpander(words: readonly string[], unknowns: Unknowns): readonly string[] {
  return words.map((word) => {
    const match = /^(--?expander=)(.*)$/.exec(word)
    const names = (match?.[2] ?? '').split(',').map((name) => name.trim())
    if (match === null || !names.includes('grpc')) return word
    unknowns.note(
      'choices of the gRPC expander',
      'a program outside of the autoscaler makes them; it is taken to leave all groups as they are',
    )
    const others = names.filter((name) => name !== 'grpc')
    return `${match[1]}${others.length === 0 ? 'random' : others.join(',')}`
  })
}

/**
 * Whether the plan gives somebody an autoscaler's rights: by a policy that lets them set an Auto Scaling group's size, or
 * by a role for a service account of its name.
 */
function hasRights(index: PlanIndex, cluster: ChosenCluster): boolean {
  const policies = ['aws_iam_role_policy', 'aws_iam_policy'].flatMap((type) => index.managed(type))
  return (
    policies.some(
      (policy) =>
        sharesCluster(cluster, policy) &&
        (textAt(policy.values, 'policy') ?? '').includes('autoscaling:SetDesiredCapacity'),
    ) ||
    index
      .managed('aws_eks_pod_identity_association')
      .some(
        (association) =>
          isOfCluster(index, cluster, association) &&
          (textAt(association.values, 'service_account') ?? '').includes('cluster-autoscaler'),
      )
  )
}

function noteOthers(index: PlanIndex, unknowns: Unknowns): void {
  // Our module makes Karpenter's queue, and leaves its installation to others.
  const karpenter =
    index.managed('helm_release').find(({ values }) => textAt(values, 'chart')?.endsWith('karpenter')) ??
    index.managed('aws_sqs_queue').find(({ name }) => name === 'karpenter')
  const auto = index
    .managed('aws_eks_cluster')
    .find(({ values }) => valueAt(values, 'compute_config', 0, 'enabled') === true)
  if (karpenter !== undefined)
    unknowns.note(
      'nodes that Karpenter starts',
      'Karpenter is not simulated; node groups keep their size',
      karpenter.address,
    )
  else if (auto !== undefined)
    unknowns.note('nodes of EKS Auto Mode', 'it is not simulated; node groups keep their size', auto.address)
  else unknowns.note('autoscaler', 'the plan shows none; node groups are taken to keep their desired size')
}

function versionOf(images: readonly string[]): string | undefined {
  return images
    .map((image) => /cluster-autoscaler(?:-[a-z0-9]+)?:v?(1\.\d+(?:\.\d+)?)/.exec(image)?.[1])
    .find((version) => version !== undefined)
}

/** ConfigMap `cluster-autoscaler-priority-expander`: numbers to lists of regular expressions. */
function readPriorities(objects: readonly unknown[], unknowns: Unknowns): readonly ExpanderPriority[] | undefined {
  const map = objects.find(
    (object) =>
      textAt(object, 'kind') === 'ConfigMap' &&
      textAt(object, 'metadata', 'name') === 'cluster-autoscaler-priority-expander',
  )
  const text = textAt(map, 'data', 'priorities')
  if (text === undefined) return undefined
  const parsed = parsedYaml(text)
  if (!isJsonObject(parsed)) {
    unknowns.note(
      'priorities of the Cluster Autoscaler',
      'its ConfigMap is no YAML map; the priority expander then filters nothing',
    )
    return undefined
  }
  return Object.entries(parsed)
    .filter(([priority]) => /^-?\d+$/.test(priority))
    .map(([priority, patterns]) => ({
      priority: Number(priority),
      patterns: Array.isArray(patterns) ? patterns.map(String) : [],
    }))
    .sort((a, b) => b.priority - a.priority)
}

function parsedYaml(text: string): unknown {
  try {
    const parsed: unknown = parseYaml(text)
    return parsed
  } catch {
    return undefined
  }
}
