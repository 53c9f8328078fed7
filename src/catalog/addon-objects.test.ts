import { expect, test } from 'vitest'
import { z } from 'zod'
import { type AddonDefinition, addonDefinitions } from './addon-catalog.ts'
import { addonObjects, parseAddonConfiguration } from './addon-objects.ts'

function definitionOf(name: string): AddonDefinition {
  const definition = addonDefinitions().get(name)
  if (definition === undefined) throw new Error(name)
  return definition
}

function objectsOf(name: string, configuration?: string): readonly unknown[] {
  const definition = definitionOf(name)
  return addonObjects(definition, 'v1.0.0', parseAddonConfiguration(configuration, definition), '172.20.0.0/16')
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

test('images come from the registry of the region', () => {
  const definition = addonDefinitions().get('vpc-cni')
  if (definition === undefined) throw new Error('vpc-cni')
  const imagesIn = (region?: string) =>
    [
      ...JSON.stringify(addonObjects(definition, 'v1.0.0', {}, '172.20.0.0/16', region)).matchAll(/"image":"([^/]+)/g),
    ].map(([, registry]) => registry)
  expect(new Set(imagesIn())).toEqual(new Set(['602401143452.dkr.ecr.us-west-2.amazonaws.com']))
  expect(new Set(imagesIn('cn-north-1'))).toEqual(new Set(['918309763551.dkr.ecr.cn-north-1.amazonaws.com.cn']))
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

test('a storage driver is configured by its parts', () => {
  const configuration = JSON.stringify({
    controller: { replicaCount: 3 },
    node: { tolerateAllTaints: true },
    defaultStorageClass: { enabled: true },
  })
  const tolerations = (name: string, values?: string) =>
    objectsOf(name, values).flatMap((object) => {
      const { kind, spec } = z
        .object({
          kind: z.string(),
          spec: z
            .object({ template: z.object({ spec: z.object({ tolerations: z.unknown() }) }).optional() })
            .optional(),
        })
        .parse(object)
      return kind === 'DaemonSet' ? [spec?.template?.spec.tolerations] : []
    })
  expect(tolerations('aws-mountpoint-s3-csi-driver')).toEqual([[{ key: 'CriticalAddonsOnly', operator: 'Exists' }]])
  expect(tolerations('aws-mountpoint-s3-csi-driver', configuration)).toEqual([[{ operator: 'Exists' }]])
  expect(objectsOf('aws-ebs-csi-driver', configuration)).toMatchObject([
    { kind: 'ServiceAccount', metadata: { name: 'ebs-csi-controller-sa' } },
    { kind: 'Deployment', spec: { replicas: 3 } },
    { kind: 'ServiceAccount', metadata: { name: 'ebs-csi-node-sa' } },
    { kind: 'DaemonSet' },
    { kind: 'StorageClass', metadata: { name: 'ebs-csi-default-sc' }, provisioner: 'ebs.csi.aws.com' },
  ])
})

test("the monitoring agent's DCGM server tolerates what its own configuration says, and only that", () => {
  const spec = (tolerations: readonly object[]) => ({ spec: { template: { spec: { tolerations } } } })
  const own = [{ key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' }]
  const daemonSets = (configuration?: string) =>
    z
      .array(z.looseObject({ kind: z.string(), metadata: z.looseObject({ name: z.string() }) }))
      .parse(objectsOf('eks-node-monitoring-agent', configuration))
      .filter(({ kind }) => kind === 'DaemonSet')
  expect(daemonSets()).toMatchObject([spec([{ operator: 'Exists' }]), spec([])])
  expect(daemonSets(JSON.stringify({ dcgmAgent: { tolerations: own } }))).toMatchObject([
    spec([{ operator: 'Exists' }]),
    spec(own),
  ])
})

test.each([
  [
    'eks-node-monitoring-agent',
    '{"tolerations": []}',
    '$.tolerations: is not defined in the schema and the schema does not allow additional properties',
  ],
  ['coredns', '{"replicaCount": "many"}', /^\$\.replicaCount: /],
  ['coredns', '{"resources": {"requests": {"cpu": true}}}', /^\$\.resources\.requests\.cpu: /],
  ['aws-ebs-csi-driver', '{"node": {"tolerations": {}}}', /^\$\.node\.tolerations: /],
  [
    'aws-ebs-csi-driver',
    '{"tolerations": []}',
    '$.tolerations: is not defined in the schema and the schema does not allow additional properties',
  ],
])('%s refuses %s', (name, text, message) => {
  expect(() => parseAddonConfiguration(text, definitionOf(name))).toThrow(message)
})
