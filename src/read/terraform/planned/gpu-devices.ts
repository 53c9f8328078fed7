import type { PluginSharing } from '../../../catalog/plugin-devices.ts'
import { type Labels, labelOf } from '../../../cluster/labels.ts'
import { matchesNodeSelectorTerms } from '../../../cluster/node-selector.ts'
import type { Taint } from '../../../cluster/taint.ts'
import { findUntoleratedTaint } from '../../../cluster/toleration.ts'
import type { Workload } from '../../../cluster/workload.ts'
import { listAt, objectAt, textAt } from '../../kubernetes/json.ts'
import { readPluginSharing } from '../../kubernetes/read-plugin-sharing.ts'

/** A plugin that makes devices allocatable on the nodes that its pods land on. */
export type DevicePlugin = {
  readonly daemonSet: Workload
}

/** NVIDIA's, with how it names and multiplies GPUs. */
export type GpuPlugin = DevicePlugin & { readonly sharing: PluginSharing }

/** The device plugins among DaemonSets; `objects` are the Kubernetes objects that they come from. */
export function findDevicePlugins(
  daemonSets: readonly Workload[],
  objects: readonly unknown[],
): { readonly gpu: readonly GpuPlugin[]; readonly efa: readonly DevicePlugin[] } {
  const withImage = (pattern: RegExp) =>
    daemonSets.filter(({ template }) => template.images.some((image) => pattern.test(image)))
  return {
    gpu: withImage(/(?:^|\/)k8s-device-plugin(?:[:@]|$)/).map((daemonSet) => gpuPlugin(daemonSet, objects)),
    efa: withImage(/aws-efa-k8s-device-plugin(?:[:@]|$)/).map((daemonSet) => ({ daemonSet })),
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

function gpuPlugin(daemonSet: Workload, objects: readonly unknown[]): GpuPlugin {
  const object = objects.find(
    (each) =>
      textAt(each, 'kind') === 'DaemonSet' &&
      textAt(each, 'metadata', 'name') === daemonSet.name &&
      (textAt(each, 'metadata', 'namespace') ?? 'default') === daemonSet.namespace,
  )
  return { daemonSet, sharing: readPluginSharing(configOf(object, objects), migStrategy(object)) }
}

/** The configuration in the ConfigMap that the DaemonSet mounts: its only entry, or the one that says `sharing`. */
function configOf(daemonSet: unknown, objects: readonly unknown[]): string | undefined {
  for (const volume of listAt(daemonSet, 'spec', 'template', 'spec', 'volumes')) {
    const name = textAt(volume, 'configMap', 'name')
    const map = objects.find(
      (each) => textAt(each, 'kind') === 'ConfigMap' && textAt(each, 'metadata', 'name') === name,
    )
    const entries = Object.values(objectAt(map, 'data')).filter((entry) => typeof entry === 'string')
    const text = entries.find((entry) => entry.includes('sharing')) ?? entries[0]
    if (text !== undefined) return text
  }
  return undefined
}

function migStrategy(daemonSet: unknown): string | undefined {
  return listAt(daemonSet, 'spec', 'template', 'spec', 'containers')
    .flatMap((container) => listAt(container, 'env'))
    .map((variable) => (textAt(variable, 'name') === 'MIG_STRATEGY' ? textAt(variable, 'value') : undefined))
    .find((value) => value !== undefined)
}
