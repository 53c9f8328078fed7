import { expect, test } from 'vitest'
import { addonDefinitions } from './addon-catalog.ts'
import { addonObjects, parseAddonConfiguration } from './addon-objects.ts'

function objectsOf(name: string, configuration?: string): readonly unknown[] {
  const definition = addonDefinitions().get(name)
  if (definition === undefined) throw new Error(name)
  return addonObjects(definition, 'v1.0.0', parseAddonConfiguration(configuration), '172.20.0.0/16')
}

test('CoreDNS, its account and its service', () => {
  expect(objectsOf('coredns')).toMatchObject([
    { kind: 'ServiceAccount', metadata: { name: 'coredns', namespace: 'kube-system' } },
    {
      kind: 'Deployment',
      spec: {
        replicas: 2,
        template: {
          spec: {
            priorityClassName: 'system-cluster-critical',
            containers: [{ resources: { requests: { cpu: '100m', memory: '70Mi' } } }],
          },
        },
      },
    },
    { kind: 'Service', spec: { clusterIP: '172.20.0.10', selector: { 'k8s-app': 'kube-dns' } } },
  ])
})

test('configuration values decide replicas, placement and the requests of the main container', () => {
  const configuration = JSON.stringify({
    replicaCount: 4,
    tolerations: [{ operator: 'Exists' }],
    nodeSelector: { role: 'system' },
    resources: { requests: { cpu: '250m' }, limits: { memory: '300Mi' } },
  })
  expect(objectsOf('coredns', configuration)[1]).toMatchObject({
    spec: {
      replicas: 4,
      template: {
        spec: {
          nodeSelector: { role: 'system' },
          tolerations: [{ operator: 'Exists' }],
          containers: [{ resources: { requests: { cpu: '250m', memory: '70Mi' }, limits: { memory: '300Mi' } } }],
        },
      },
    },
  })
})

test.each([
  ['{"replicaCount": "many"}', /^\$\.replicaCount: /],
  ['{"resources": {"requests": {"cpu": true}}}', /^\$\.resources\.requests\.cpu: /],
])('%s is refused', (text, message) => {
  expect(() => parseAddonConfiguration(text)).toThrow(message)
})
