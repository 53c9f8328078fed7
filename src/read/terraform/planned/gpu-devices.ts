import { parse as parseYaml } from 'yaml'
import { type Labels, labelOf } from '../../../cluster/labels.ts'
import { matchesNodeSelectorTerms } from '../../../cluster/node-selector.ts'
import type { Taint } from '../../../cluster/taint.ts'
import { findUntoleratedTaint } from '../../../cluster/toleration.ts'
import type { Workload } from '../../../cluster/workload.ts'
import { listAt, numberAt, objectAt, textAt, valueAt } from '../../kubernetes/json.ts'

/** A plugin that makes devices allocatable on the nodes that its pods land on. */
export type DevicePlugin = {
  readonly daemonSet: Workload
  /** `nvidia.com/gpu`, `nvidia.com/gpu.shared` or `vpc.amazonaws.com/efa`. */
  readonly resource: string
  /** Devices offered for each real one: more than 1 where pods share a GPU. */
  readonly replicas: number
  /** Devices that are divided into several kinds are not counted: MIG. */
  readonly divides: boolean
}

/** The device plugins among DaemonSets; `objects` are the Kubernetes objects that they come from. */
export function findDevicePlugins(
  daemonSets: readonly Workload[],
  objects: readonly unknown[],
): { readonly gpu: readonly DevicePlugin[]; readonly efa: readonly DevicePlugin[] } {
  const withImage = (pattern: RegExp) =>
    daemonSets.filter(({ template }) => template.images.some((image) => pattern.test(image)))
  return {
    gpu: withImage(/(?:^|\/)k8s-device-plugin(?:[:@]|$)/).map((daemonSet) => gpuPlugin(daemonSet, objects)),
    efa: withImage(/aws-efa-k8s-device-plugin(?:[:@]|$)/).map((daemonSet) => ({
      daemonSet,
      resource: 'vpc.amazonaws.com/efa',
      replicas: 1,
      divides: false,
    })),
  }
}

/** Whether a DaemonSet's pod may land on a node of a group, its size left aside. */
export function landsOn({ template }: Workload, labels: Labels, taints: readonly Taint[]): boolean {
  return (
    Object.entries(template.nodeSelector).every(([key, value]) => labelOf(labels, key) === value) &&
    (template.requiredNodeTerms === undefined ||
      matchesNodeSelectorTerms(template.requiredNodeTerms, { name: '', labels })) &&
    findUntoleratedTaint(taints, template.tolerations, ['NoSchedule', 'NoExecute']) === undefined
  )
}

function gpuPlugin(daemonSet: Workload, objects: readonly unknown[]): DevicePlugin {
  const object = objects.find(
    (each) =>
      textAt(each, 'kind') === 'DaemonSet' &&
      textAt(each, 'metadata', 'name') === daemonSet.name &&
      (textAt(each, 'metadata', 'namespace') ?? 'default') === daemonSet.namespace,
  )
  const config = configOf(object, objects)
  const sharing = objectAt(config, 'sharing')
  const mps = objectAt(sharing, 'mps')
  const shared = listAt(mps, 'resources').length > 0 ? mps : objectAt(sharing, 'timeSlicing')
  const gpu = listAt(shared, 'resources').find((each) => textAt(each, 'name') === 'nvidia.com/gpu')
  const replicas = numberAt(gpu, 'replicas') ?? 1
  const strategy = migStrategy(object) ?? textAt(config, 'flags', 'migStrategy') ?? 'none'
  return {
    daemonSet,
    resource: replicas > 1 && valueAt(shared, 'renameByDefault') === true ? 'nvidia.com/gpu.shared' : 'nvidia.com/gpu',
    replicas,
    divides: strategy !== 'none',
  }
}

/** The configuration in the ConfigMap that the DaemonSet mounts: its only entry, or the one that says `sharing`. */
function configOf(daemonSet: unknown, objects: readonly unknown[]): unknown {
  for (const volume of listAt(daemonSet, 'spec', 'template', 'spec', 'volumes')) {
    const name = textAt(volume, 'configMap', 'name')
    const map = objects.find(
      (each) => textAt(each, 'kind') === 'ConfigMap' && textAt(each, 'metadata', 'name') === name,
    )
    const entries = Object.values(objectAt(map, 'data')).filter((entry) => typeof entry === 'string')
    const text = entries.find((entry) => entry.includes('sharing')) ?? entries[0]
    if (text === undefined) continue
    try {
      return parseYaml(text)
    } catch {
      return undefined
    }
  }
  return undefined
}

function migStrategy(daemonSet: unknown): string | undefined {
  return listAt(daemonSet, 'spec', 'template', 'spec', 'containers')
    .flatMap((container) => listAt(container, 'env'))
    .map((variable) => (textAt(variable, 'name') === 'MIG_STRATEGY' ? textAt(variable, 'value') : undefined))
    .find((value) => value !== undefined)
}
