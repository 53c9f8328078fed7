import { stringify as yamlOf } from 'yaml'
import { findInstanceType } from '../../../catalog/instance-types.ts'
import { migGeometry } from '../../../catalog/mig-geometry.ts'
import { pluginDevices, wholeGpus } from '../../../catalog/plugin-devices.ts'
import { recordAt, textsAt } from '../../kubernetes/json.ts'
import { parseUserData } from '../../user-data/parse-user-data.ts'
import { groupTagsOf } from './group-tags.ts'
import { findLaunchTemplate } from './launch-template.ts'
import type { PlanIndex, PlannedResource } from './plan-index.ts'

/** A device plugin that our module installs for a group that shares GPUs. */
export type SharedPlugin = {
  /** Value of the label `nvidia.com/device-plugin.config` on the group's nodes. */
  readonly key: string
  /** Its configuration file, YAML. */
  readonly file: string
  readonly mps: boolean
}

const resourceTag = 'k8s.io/cluster-autoscaler/node-template/resources/'

/**
 * The plugins of our module's groups, for a plan that does not show the module's manifests. How they share follows from the
 * groups' labels, how many pods from the tags that tell the autoscaler. Source: modules/eks-gpu-cluster/sharing.tf.
 * @param oneShareEach keys of the plugins that refuse a container a second share, as the module's guard shows them.
 */
export function sharedPlugins(
  index: PlanIndex,
  groups: readonly PlannedResource[],
  oneShareEach: readonly string[],
): readonly SharedPlugin[] {
  const plugins = new Map<string, SharedPlugin>()
  for (const group of groups) {
    const labels = recordAt(group.values, 'labels')
    const key = labels['nvidia.com/device-plugin.config']
    if (key === undefined || plugins.has(key)) continue
    const strategy = labels['nvidia.com/gpu.sharing-strategy']
    const migStrategy = labels['nvidia.com/mig.strategy'] ?? 'none'
    const shared = strategy === undefined ? undefined : replicatedResources(index, group, migStrategy)
    plugins.set(key, {
      key,
      mps: strategy === 'mps',
      file: yamlOf({
        version: 'v1',
        flags: { migStrategy },
        ...(shared && {
          sharing: {
            [strategy === 'mps' ? 'mps' : 'timeSlicing']: {
              failRequestsGreaterThanOne: oneShareEach.includes(key),
              ...shared,
            },
          },
        }),
      }),
    })
  }
  return [...plugins.values()].sort((a, b) => (a.key < b.key ? -1 : 1))
}

function replicatedResources(index: PlanIndex, group: PlannedResource, migStrategy: string): object | undefined {
  const gpu = findInstanceType(textsAt(group.values, 'instance_types')[0] ?? '')?.gpu
  const found = findLaunchTemplate(index, group)
  const bootstrap = parseUserData(found.kind === 'found' ? found.template.userData : '')
  const mig = migGeometry(bootstrap.mig, gpu && { name: gpu.model, memoryMib: gpu.memoryMib })
  const whole = pluginDevices(
    { ...wholeGpus, migStrategy: migStrategy === 'mixed' || migStrategy === 'single' ? migStrategy : 'none' },
    gpu?.count || gpu?.fractionalDevices || 0,
    'profiles' in mig ? mig.profiles : [],
  )
  if ('fails' in whole) return undefined
  const tags = groupTagsOf(index, group)
  const resources = Object.entries(whole.devices).flatMap(([name, count]) => {
    const told = Number(tags[`${resourceTag}${name}.shared`] ?? tags[`${resourceTag}${name}`] ?? count)
    return count > 0 && told > count ? [{ name, replicas: told / count }] : []
  })
  if (resources.length === 0) return undefined
  return {
    renameByDefault: resources.some(({ name }) => tags[`${resourceTag}${name}.shared`] !== undefined),
    resources,
  }
}
