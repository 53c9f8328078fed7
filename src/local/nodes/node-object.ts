import { createHash } from 'node:crypto'
import type { NodeTaint } from '../../read/user-data/parse-user-data.ts'
import type { KubernetesObject } from '../kubernetes/control-plane.ts'
import type { NodePlan } from './node-plan.ts'

/** The taint of a node that is not ready; Kubernetes' own controller puts it on and takes it off. */
export const notReadyTaint: NodeTaint = { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' }

/** Devices that plugins have registered with the node: resource name to count. A plugin that went away leaves 0. */
export type NodeDevices = Readonly<Record<string, number>>

export type NodeCondition = {
  readonly type: string
  readonly status: 'True' | 'False'
  readonly reason: string
  readonly message: string
  readonly lastHeartbeatTime: string
  readonly lastTransitionTime: string
}

/** The Node object as a kubelet first registers it: not ready yet. `now` is RFC 3339. */
export function nodeObject(plan: NodePlan, kubeletPort: number, devices: NodeDevices, now: string): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name: plan.name,
      labels: plan.labels,
      annotations: {
        'alpha.kubernetes.io/provided-node-ip': plan.instance.privateIpAddress,
        'node.alpha.kubernetes.io/ttl': '0',
        'volumes.kubernetes.io/controller-managed-attach-detach': 'true',
      },
    },
    spec: {
      providerID: `aws:///${plan.instance.availabilityZone}/${plan.instance.instanceId}`,
      taints: [...plan.taints, notReadyTaint],
    },
    status: nodeStatus(plan, kubeletPort, devices, nodeConditions(false, [], now)),
  }
}

/** The whole status that our kubelet owns. */
export function nodeStatus(
  plan: NodePlan,
  kubeletPort: number,
  devices: NodeDevices,
  conditions: readonly NodeCondition[],
): object {
  const counts = Object.fromEntries(Object.entries(devices).map(([name, count]) => [name, String(count)]))
  return {
    addresses: [
      { type: 'InternalIP', address: plan.instance.privateIpAddress },
      { type: 'InternalDNS', address: plan.instance.privateDnsName },
      { type: 'Hostname', address: plan.instance.privateDnsName },
      // Where a local API server finds this node's kubelet; a real private node has no such address.
      { type: 'ExternalDNS', address: 'localhost' },
    ],
    capacity: { ...plan.resources.capacity, ...counts },
    allocatable: { ...plan.resources.allocatable, ...counts },
    conditions,
    daemonEndpoints: { kubeletEndpoint: { Port: kubeletPort } },
    nodeInfo: {
      architecture: plan.arch,
      bootID: uuidOf(plan, 'boot'),
      containerRuntimeVersion: plan.containerRuntime,
      kernelVersion: plan.kernelVersion,
      kubeProxyVersion: '',
      kubeletVersion: plan.kubeletVersion,
      machineID: uuidOf(plan, 'machine').replaceAll('-', ''),
      operatingSystem: 'linux',
      osImage: plan.osImage,
      systemUUID: uuidOf(plan, 'system'),
    },
  }
}

/**
 * The conditions of a node, with kubelet's reasons and texts. A transition time is kept from `before` while the status of
 * a condition stays the same.
 */
export function nodeConditions(
  ready: boolean,
  before: readonly { readonly type: string; readonly status: string; readonly lastTransitionTime: string }[],
  now: string,
): readonly NodeCondition[] {
  const condition = (type: string, isTrue: boolean, reason: string, message: string): NodeCondition => {
    const status = isTrue ? 'True' : 'False'
    const previous = before.find((other) => other.type === type)
    return {
      type,
      status,
      reason,
      message,
      lastHeartbeatTime: now,
      lastTransitionTime: previous?.status === status ? previous.lastTransitionTime : now,
    }
  }
  return [
    condition('MemoryPressure', false, 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'),
    condition('DiskPressure', false, 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'),
    condition('PIDPressure', false, 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'),
    ready
      ? condition('Ready', true, 'KubeletReady', 'kubelet is posting ready status')
      : condition(
          'Ready',
          false,
          'KubeletNotReady',
          'container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized',
        ),
  ]
}

function uuidOf(plan: NodePlan, salt: string): string {
  const hex = createHash('sha256').update(`${salt}/${plan.instance.instanceId}`).digest('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-')
}
