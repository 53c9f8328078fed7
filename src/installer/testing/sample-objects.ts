/** A ConfigMap in kube-system. */
export function configMap(name: string, data: Readonly<Record<string, string>> = {}): Record<string, unknown> {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'kube-system' }, data }
}

/** The Cluster Autoscaler's Deployment, cut down. */
export function autoscaler(image = 'autoscaler:1'): Record<string, unknown> {
  const labels = { app: 'cluster-autoscaler' }
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'cluster-autoscaler', namespace: 'kube-system', labels },
    spec: {
      replicas: 1,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'cluster-autoscaler', image }] } },
    },
  }
}

/** The device plugin's DaemonSet, cut down. */
export function devicePlugin(): Record<string, unknown> {
  const labels = { name: 'nvidia-device-plugin-ds' }
  return {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name: 'nvidia-device-plugin-daemonset', namespace: 'kube-system', labels },
    spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers: [] } } },
  }
}

/** A RoleBinding to a Role of this name. */
export function roleBinding(role: string): Record<string, unknown> {
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: { name: 'cluster-autoscaler', namespace: 'kube-system' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: role },
    subjects: [],
  }
}

/** Path of an object of kube-system in the fake API. */
export function pathOf(plural: string, name: string): string {
  const base = ['configmaps', 'pods', 'serviceaccounts', 'events'].includes(plural)
    ? '/api/v1'
    : plural === 'leases'
      ? '/apis/coordination.k8s.io/v1'
      : plural === 'rolebindings'
        ? '/apis/rbac.authorization.k8s.io/v1'
        : '/apis/apps/v1'
  return `${base}/namespaces/kube-system/${plural}/${name}`
}
