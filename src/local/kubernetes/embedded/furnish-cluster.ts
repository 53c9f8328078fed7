import type { KubernetesObject } from '../control-plane.ts'
import type { EmbeddedApi } from './embedded-api.ts'
import { kindNamed } from './resource-kind.ts'

const namespaces = ['default', 'kube-node-lease', 'kube-public', 'kube-system']

/** Source: pkg/apis/scheduling/v1/helpers.go. */
const priorityClasses = [
  {
    name: 'system-cluster-critical',
    value: 2_000_000_000,
    description:
      'Used for system critical pods that must run in the cluster, but can be moved to another node if necessary.',
  },
  {
    name: 'system-node-critical',
    value: 2_000_001_000,
    description: 'Used for system critical pods that must not be moved from their node.',
  },
]

/** Puts in what every cluster has from its first moment: namespaces, priority classes, the service `kubernetes`. */
export async function furnishCluster(api: EmbeddedApi, certificateAuthority: string): Promise<void> {
  const options = { manager: 'kube-apiserver', dryRun: false }
  const put = (object: KubernetesObject): Promise<KubernetesObject> =>
    api.create(kindNamed(object.kind), object, options)

  for (const name of namespaces) {
    await put({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
    const bundle = api.get(kindNamed('ConfigMap'), name, 'kube-root-ca.crt')
    api.store.put(kindNamed('ConfigMap'), { ...bundle, data: { 'ca.crt': certificateAuthority } })
  }
  for (const { name, value, description } of priorityClasses) {
    await put({ apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name }, value, description })
  }
  await put({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name: 'kubernetes',
      namespace: 'default',
      labels: { component: 'apiserver', provider: 'kubernetes' },
    },
    spec: {
      type: 'ClusterIP',
      ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort: 443 }],
    },
  })
}
