import type { JsonObject } from '../../src/read/kubernetes/json.ts'

/** What is in the cluster before any pod comes: classes, and a namespace with limits. */
export const standingObjects: readonly { readonly path: string; readonly object: JsonObject }[] = [
  ...[
    { name: 'high', value: 1000 },
    { name: 'never', value: 50, preemptionPolicy: 'Never' },
    { name: 'usual', value: 5, globalDefault: true },
  ].map(({ name, ...rest }) => ({
    path: '/apis/scheduling.k8s.io/v1/priorityclasses',
    object: { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name }, ...rest },
  })),
  {
    path: '/apis/node.k8s.io/v1/runtimeclasses',
    object: {
      apiVersion: 'node.k8s.io/v1',
      kind: 'RuntimeClass',
      metadata: { name: 'kata' },
      handler: 'kata',
      overhead: { podFixed: { memory: '100Mi', cpu: '10m' } },
      scheduling: {
        nodeSelector: { kata: 'yes' },
        tolerations: [{ key: 'kata', operator: 'Exists', effect: 'NoSchedule' }],
      },
    },
  },
  {
    path: '/api/v1/namespaces',
    object: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'limited' } },
  },
  {
    path: '/api/v1/namespaces/limited/limitranges',
    object: {
      apiVersion: 'v1',
      kind: 'LimitRange',
      metadata: { name: 'l', namespace: 'limited' },
      spec: {
        limits: [
          {
            type: 'Container',
            default: { cpu: '2', memory: '512Mi' },
            defaultRequest: { cpu: '250m' },
            max: { cpu: '3' },
            min: { memory: '64Mi' },
          },
          { type: 'Pod', max: { memory: '2Gi' } },
        ],
      },
    },
  },
]
