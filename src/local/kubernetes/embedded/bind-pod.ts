import { listAt, objectAt, textAt } from '../../../read/kubernetes/json.ts'
import type { KubernetesObject } from '../control-plane.ts'
import { ApiError } from './api-error.ts'
import type { EmbeddedApi } from './embedded-api.ts'
import { kindNamed } from './resource-kind.ts'
import { timestamp } from './timestamp.ts'

/** Puts a pod onto a node. Throws an {@link ApiError} 409 when it has one. */
export function bindPod(api: EmbeddedApi, pod: KubernetesObject, node: string): void {
  const name = pod.metadata.name ?? ''
  const current = textAt(pod, 'spec', 'nodeName') ?? ''
  if (current !== '') {
    throw new ApiError(
      409,
      'Conflict',
      `Operation cannot be fulfilled on pods/binding "${name}": pod ${name} is already assigned to node "${current}"`,
      { name, kind: 'pods/binding' },
    )
  }
  const others = listAt(pod, 'status', 'conditions').filter((condition) => textAt(condition, 'type') !== 'PodScheduled')
  const { nominatedNodeName: _, ...status } = objectAt(pod, 'status')
  api.store.put(kindNamed('Pod'), {
    ...pod,
    spec: { ...objectAt(pod, 'spec'), nodeName: node },
    status: {
      ...status,
      conditions: [
        ...others,
        {
          type: 'PodScheduled',
          status: 'True',
          lastProbeTime: null,
          lastTransitionTime: timestamp(),
        },
      ],
    },
  })
}
