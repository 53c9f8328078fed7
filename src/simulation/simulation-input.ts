import type { KubernetesInput } from '../read/kubernetes/kubernetes-input.ts'

/** What Kubernetes objects add to a cluster; a whole {@link KubernetesInput} is one. */
export type SimulationInput = Pick<
  KubernetesInput,
  'workloads' | 'daemonSets' | 'nodes' | 'pods' | 'objects' | 'notSimulated'
> &
  Partial<Pick<KubernetesInput, 'refused' | 'missing'>>
