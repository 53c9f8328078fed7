import fc from 'fast-check'
import { expect, test } from 'vitest'
import { digestOf, readBundle } from './bundle.ts'
import { nameObject } from './object-reference.ts'
import { autoscaler, configMap, devicePlugin } from './testing/sample-objects.ts'

const kinds =
  'Namespace, CustomResourceDefinition, PriorityClass, ClusterRole, Role, ClusterRoleBinding, RoleBinding, ServiceAccount, ConfigMap, PodDisruptionBudget, Service, DaemonSet, Deployment, PodMonitor, ServiceMonitor'

test('the digest is the SHA-256 of the UTF-8 bytes as they are', () => {
  expect(digestOf('[]')).toBe('4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945')
  expect(digestOf('["\\u003c"]')).not.toBe(digestOf('["<"]'))
  expect(digestOf('ü')).toBe('607474ca475a9724d7360aba71a56d5df77e61350e3f724cfa1f46e857e2d85f')
})

const rbac = 'rbac.authorization.k8s.io/v1'
const object = (apiVersion: string, kind: string, name: string, namespace?: string) => ({
  apiVersion,
  kind,
  metadata: { name, ...(namespace === undefined ? {} : { namespace }) },
})

test('objects come in an order in which each finds what it needs', () => {
  const objects = [
    autoscaler(),
    devicePlugin(),
    object('monitoring.coreos.com/v1', 'ServiceMonitor', 'm', 'x'),
    object('v1', 'Service', 's', 'x'),
    object('policy/v1', 'PodDisruptionBudget', 'p', 'x'),
    configMap('c'),
    object('v1', 'ServiceAccount', 'a', 'x'),
    object(rbac, 'RoleBinding', 'b', 'x'),
    object(rbac, 'ClusterRoleBinding', 'cb'),
    object(rbac, 'Role', 'r', 'x'),
    object(rbac, 'ClusterRole', 'cr'),
    object('scheduling.k8s.io/v1', 'PriorityClass', 'pc'),
    object('apiextensions.k8s.io/v1', 'CustomResourceDefinition', 'crd'),
    object('v1', 'Namespace', 'x'),
  ]
  expect(readBundle(JSON.stringify(objects)).map(nameObject)).toEqual([
    'Namespace x',
    'CustomResourceDefinition crd',
    'PriorityClass pc',
    'ClusterRole cr',
    'Role x/r',
    'ClusterRoleBinding cb',
    'RoleBinding x/b',
    'ServiceAccount x/a',
    'ConfigMap kube-system/c',
    'PodDisruptionBudget x/p',
    'Service x/s',
    'DaemonSet kube-system/nvidia-device-plugin-daemonset',
    'Deployment kube-system/cluster-autoscaler',
    'ServiceMonitor x/m',
  ])
})

test('every object gets our label, whatever it says itself', () => {
  const [first] = readBundle(
    JSON.stringify([
      {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'a', namespace: 'b', labels: { x: 'y', 'app.kubernetes.io/managed-by': 'Helm' } },
      },
    ]),
  )
  expect(first?.manifest['metadata']).toEqual({
    name: 'a',
    namespace: 'b',
    labels: { x: 'y', 'app.kubernetes.io/managed-by': 'eks-gpu-clusters' },
  })
})

test.each([
  ['{}', 'The bundle is not a list of Kubernetes objects.'],
  ['[1]', 'Object 1 of the bundle is not a Kubernetes object.'],
  [
    JSON.stringify([configMap('a'), { kind: 'ConfigMap' }]),
    'Object 2 of the bundle lacks an apiVersion, a kind, or a metadata.name that Kubernetes takes.',
  ],
  [
    JSON.stringify([configMap('../x')]),
    'Object 1 of the bundle lacks an apiVersion, a kind, or a metadata.name that Kubernetes takes.',
  ],
  [JSON.stringify([configMap('a'), configMap('a')]), 'The bundle has ConfigMap kube-system/a twice.'],
  [
    JSON.stringify([object('v1', 'Secret', 's', 'x')]),
    `Object 1 of the bundle is Secret x/s of v1; the installer handles only: ${kinds}.`,
  ],
  [
    JSON.stringify([object('evil.io/v1', 'Deployment', 's', 'x')]),
    `Object 1 of the bundle is Deployment x/s of evil.io/v1; the installer handles only: ${kinds}.`,
  ],
  [
    JSON.stringify([configMap('eks-gpu-clusters-inventory')]),
    'Object 1 of the bundle is ConfigMap kube-system/eks-gpu-clusters-inventory, which the installer keeps for itself.',
  ],
])('refuses %s', (bundle, message) => {
  expect(() => readBundle(bundle)).toThrow(expect.objectContaining({ name: 'InstallerRefused', message }))
})

test('what is not JSON is refused', () => {
  expect(() => readBundle('[')).toThrow(/^The bundle is not JSON: /)
})

test('no text makes it fail with anything but a refusal', () => {
  const anything = fc.oneof(
    fc.string(),
    fc.json(),
    fc.array(fc.jsonValue()).map((value) => JSON.stringify(value)),
  )
  fc.assert(
    fc.property(anything, (text) => {
      try {
        readBundle(text)
      } catch (error) {
        expect(error).toMatchObject({ name: 'InstallerRefused' })
      }
    }),
  )
})
