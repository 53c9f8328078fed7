import { describe, expect, test } from 'vitest'
import { parseKubernetesVersion } from '../../cluster/kubernetes-version.ts'
import { readAdmission } from './admission.ts'
import { admitPod } from './admit-pod.ts'
import type { JsonObject } from './json.ts'
import { objectAt } from './json.ts'

type Given = { readonly version?: string; readonly objects?: readonly JsonObject[]; readonly tolerate?: boolean }

function admit(pod: JsonObject, { version = '1.36.3', objects = [], tolerate = false }: Given = {}) {
  const settings = { version: parseKubernetesVersion(version), extendedResourceToleration: tolerate }
  return admitPod(pod, readAdmission(objects, settings))
}

/** The spec of an admitted pod, without the tolerations that every pod gets. */
function specOf(spec: JsonObject, given: Given = {}, labels: JsonObject = {}): JsonObject {
  const answer = admit({ metadata: { labels }, spec }, given)
  if (answer.kind === 'refused') throw new Error(answer.message)
  const { tolerations, ...rest } = objectAt(answer.pod, 'spec')
  const own = Array.isArray(tolerations) ? tolerations.slice(0, -2) : []
  return { ...rest, ...(own.length > 0 && { tolerations: own }) }
}

const defaults = { priority: 0, preemptionPolicy: 'PreemptLowerPriority' }
const priorityClass = (name: string, value: number, more: JsonObject = {}): JsonObject => ({
  kind: 'PriorityClass',
  metadata: { name },
  value,
  ...more,
})

test.for<{ what: string; spec: JsonObject; objects?: readonly JsonObject[]; expected: JsonObject }>([
  { what: 'none', spec: {}, expected: defaults },
  {
    what: 'of the system',
    spec: { priorityClassName: 'system-node-critical' },
    expected: {
      priorityClassName: 'system-node-critical',
      priority: 2000001000,
      preemptionPolicy: 'PreemptLowerPriority',
    },
  },
  {
    what: 'by name',
    spec: { priorityClassName: 'high' },
    objects: [priorityClass('high', 10, { preemptionPolicy: 'Never' })],
    expected: { priorityClassName: 'high', priority: 10, preemptionPolicy: 'Never' },
  },
  {
    what: 'the default; of several the lowest',
    spec: {},
    objects: [priorityClass('b', 5, { globalDefault: true }), priorityClass('a', 7, { globalDefault: true })],
    expected: { priorityClassName: 'b', priority: 5, preemptionPolicy: 'PreemptLowerPriority' },
  },
  { what: 'a number that is given stays', spec: { priority: 3 }, expected: { priority: 3 } },
])('priority: $what', ({ spec, objects = [], expected }) => {
  expect(specOf(spec, { objects })).toEqual(expected)
})

test('a class that is not in the input is assumed, and said', () => {
  const answer = admit({ spec: { priorityClassName: 'high', runtimeClassName: 'nvidia' } })
  expect(answer.kind === 'admitted' && answer.assumed.map(({ what }) => what)).toEqual([
    'PriorityClass high is not in the input',
    'RuntimeClass nvidia is not in the input',
  ])
})

test('lost nodes are tolerated for five minutes, unless the pod says otherwise', () => {
  const own = { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 1 }
  const answer = admit({ spec: { tolerations: [own] } })
  expect(answer.kind === 'admitted' && objectAt(answer.pod, 'spec')['tolerations']).toEqual([
    own,
    { key: 'node.kubernetes.io/unreachable', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 },
  ])
})

test('a toleration of a lost node that tolerates nothing stands against the default one all the same', () => {
  const own = { key: 'node.kubernetes.io/not-ready', operator: 'Equal', value: 'x', effect: 'NoExecute' }
  const answer = admit({ spec: { tolerations: [own] } })
  expect(answer.kind === 'admitted' && objectAt(answer.pod, 'spec')['tolerations']).toEqual([
    own,
    { key: 'node.kubernetes.io/unreachable', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 },
  ])
})

test('a taint that is named like a device is tolerated only where the plugin is on', () => {
  const spec = { containers: [{ name: 'c', resources: { limits: { 'nvidia.com/gpu': 1, cpu: 1 } } }] }
  expect(specOf(spec)['tolerations']).toBeUndefined()
  const answer = admit({ spec }, { tolerate: true })
  expect(answer.kind === 'admitted' && objectAt(answer.pod, 'spec')['tolerations']).toContainEqual({
    key: 'nvidia.com/gpu',
    operator: 'Exists',
    effect: 'NoSchedule',
  })
})

test('requests default to limits', () => {
  const spec = { containers: [{ resources: { limits: { cpu: 2, memory: '1Gi' }, requests: { cpu: 1 } } }] }
  expect(specOf(spec)['containers']).toEqual([
    { resources: { limits: { cpu: 2, memory: '1Gi' }, requests: { cpu: 1, memory: '1Gi' } } },
  ])
})

describe('runtime classes', () => {
  const runtimeClass = {
    kind: 'RuntimeClass',
    metadata: { name: 'kata' },
    overhead: { podFixed: { memory: '100Mi' } },
    scheduling: { nodeSelector: { kata: 'yes' }, tolerations: [{ key: 'kata', operator: 'Exists' }] },
  }

  test('add overhead, selector and tolerations', () => {
    const spec = { runtimeClassName: 'kata', nodeSelector: { a: 'b' }, tolerations: [{ key: 'x', operator: 'Exists' }] }
    const answer = admit({ spec }, { objects: [runtimeClass] })
    expect(answer.kind === 'admitted' && answer.pod['spec']).toMatchObject({
      overhead: { memory: '100Mi' },
      nodeSelector: { a: 'b', kata: 'yes' },
      tolerations: [
        { key: 'x' },
        { key: 'node.kubernetes.io/not-ready' },
        { key: 'node.kubernetes.io/unreachable' },
        { key: 'kata' },
      ],
    })
  })

  test('refuse a selector that contradicts theirs', () => {
    expect(
      admit({ spec: { runtimeClassName: 'kata', nodeSelector: { kata: 'no' } } }, { objects: [runtimeClass] }),
    ).toEqual({
      kind: 'refused',
      message: 'conflict: runtimeClass.scheduling.nodeSelector[kata] = yes; pod.spec.nodeSelector[kata] = no',
    })
  })
})

describe('limit ranges', () => {
  const range = (limit: JsonObject): JsonObject => ({
    kind: 'LimitRange',
    metadata: { name: 'l' },
    spec: { limits: [limit] },
  })
  const container = (resources: JsonObject): JsonObject => ({ containers: [{ name: 'c', resources }] })

  test.for<{ what: string; limit: JsonObject; resources: JsonObject; expected: JsonObject }>([
    {
      what: 'default and defaultRequest',
      limit: { type: 'Container', default: { cpu: '1' }, defaultRequest: { cpu: '500m' } },
      resources: {},
      expected: { limits: { cpu: '1' }, requests: { cpu: '500m' } },
    },
    {
      what: 'the default limit is the default request',
      limit: { type: 'Container', default: { cpu: '1' } },
      resources: {},
      expected: { limits: { cpu: '1' }, requests: { cpu: '1' } },
    },
    {
      what: 'the maximum is the default limit, the minimum no request where there is one',
      limit: { type: 'Container', max: { cpu: '2' }, min: { cpu: '1' } },
      resources: {},
      expected: { limits: { cpu: '2' }, requests: { cpu: '2' } },
    },
    {
      what: 'what the pod says stays',
      limit: { type: 'Container', default: { cpu: '1' } },
      resources: { limits: { cpu: '3' } },
      expected: { limits: { cpu: '3' }, requests: { cpu: '3' } },
    },
  ])('$what', ({ limit, resources, expected }) => {
    expect(specOf(container(resources), { objects: [range(limit)] })['containers']).toEqual([
      { name: 'c', resources: expected },
    ])
  })

  test.for<{ limit: JsonObject; resources: JsonObject; message: string }>([
    {
      limit: { type: 'Container', max: { cpu: '1' } },
      resources: { limits: { cpu: '2' } },
      message: 'maximum cpu usage per Container is 1, but limit is 2',
    },
    {
      limit: { type: 'Container', min: { memory: '1Gi' } },
      resources: { requests: { memory: '512Mi' } },
      message: 'minimum memory usage per Container is 1Gi, but request is 512Mi',
    },
    {
      limit: { type: 'Pod', max: { 'nvidia.com/gpu': '4' } },
      resources: {},
      message: 'maximum nvidia.com/gpu usage per Pod is 4.  No limit is specified',
    },
    {
      limit: { type: 'Pod', min: { cpu: '1' } },
      resources: {},
      message: 'minimum cpu usage per Pod is 1.  No request is specified',
    },
    {
      limit: { type: 'Container', maxLimitRequestRatio: { cpu: '2' } },
      resources: { limits: { cpu: '3' }, requests: { cpu: '1' } },
      message: 'cpu max limit to request ratio per Container is 2, but provided ratio is 3.000000',
    },
    {
      limit: { type: 'Pod', max: { cpu: '1', memory: '1Gi' } },
      resources: { limits: { cpu: '2', memory: '2Gi' } },
      message:
        '[maximum cpu usage per Pod is 1, but limit is 2, maximum memory usage per Pod is 1Gi, but limit is 2Gi]',
    },
  ])('refuse: $message', ({ limit, resources, message }) => {
    expect(admit({ spec: container(resources) }, { objects: [range(limit)] })).toEqual({ kind: 'refused', message })
  })

  test('are those of the pod’s namespace', () => {
    const limit = range({ type: 'Container', max: { cpu: '1' } })
    const pod = { metadata: { namespace: 'other' }, spec: container({ limits: { cpu: '2' } }) }
    expect(admit(pod, { objects: [limit] }).kind).toBe('admitted')
  })
})

test.for<{ spec: JsonObject; limits: readonly JsonObject[]; message: string }>([
  {
    spec: { containers: [{ name: 'c', resources: { requests: { memory: '1Gi' } } }] },
    limits: [{ type: 'Container', default: { memory: '512Mi' } }],
    message:
      'spec.containers[0].resources.requests: Invalid value: "1Gi": must be less than or equal to memory limit of 512Mi',
  },
  {
    spec: {
      resources: { limits: { cpu: 4 } },
      containers: [{ name: 'a', resources: { requests: { cpu: 1 } } }, { name: 'b' }],
    },
    limits: [{ type: 'Container', defaultRequest: { cpu: '250m' } }],
    message:
      'spec.resources.requests[cpu]: Invalid value: "1": must be greater than or equal to aggregate container requests of 1250m',
  },
])('what a limit range fills in may contradict the pod: $message', ({ spec, limits, message }) => {
  const objects = [{ kind: 'LimitRange', metadata: { name: 'l' }, spec: { limits } }]
  expect(admit({ spec }, { objects })).toEqual({ kind: 'refused', message })
})

test.for<{ what: string; resources: JsonObject; expected: JsonObject }>([
  { what: 'nothing as a whole', resources: {}, expected: {} },
  { what: 'requests only', resources: { requests: { cpu: 9 } }, expected: { requests: { cpu: 9 } } },
  {
    what: 'limits: what the containers ask for comes first',
    resources: { limits: { cpu: 9, memory: '9Gi' } },
    expected: { limits: { cpu: 9, memory: '9Gi' }, requests: { cpu: '2', memory: '9Gi' } },
  },
])('requests of a pod as a whole: $what', ({ resources, expected }) => {
  const spec = { resources, containers: [{ name: 'c', resources: { requests: { cpu: 2 } } }] }
  expect(specOf(spec)['resources']).toEqual(expected)
})

test('with a runtime class only the tolerations stay that say most', () => {
  const runtimeClass = {
    kind: 'RuntimeClass',
    metadata: { name: 'kata' },
    scheduling: { tolerations: [{ key: 'kata', operator: 'Exists', effect: 'NoSchedule' }] },
  }
  const spec = { runtimeClassName: 'kata', tolerations: [{ key: 'a', value: 'b' }, { operator: 'Exists' }] }
  const answer = admit({ spec }, { objects: [runtimeClass] })
  expect(answer.kind === 'admitted' && objectAt(answer.pod, 'spec')['tolerations']).toEqual([{ operator: 'Exists' }])
})

describe('versions', () => {
  const term = {
    topologyKey: 'z',
    labelSelector: { matchLabels: { a: 'b' } },
    matchLabelKeys: ['rev'],
    mismatchLabelKeys: ['team'],
  }
  const spec = {
    affinity: {
      podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] },
      podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, podAffinityTerm: term }] },
    },
    topologySpreadConstraints: [
      { topologyKey: 'z', labelSelector: { matchLabels: { a: 'b' } }, matchLabelKeys: ['rev'] },
    ],
    resources: { requests: { cpu: 1 } },
    initContainers: [{ name: 'i', ports: [{ hostPort: 1 }], restartPolicy: 'Always' }],
  }
  const labels = { rev: '1', team: 't' }
  const plain = { topologyKey: 'z', labelSelector: { matchLabels: { a: 'b' } } }
  const merged = {
    topologyKey: 'z',
    labelSelector: {
      matchLabels: { a: 'b' },
      matchExpressions: [
        { key: 'rev', operator: 'In', values: ['1'] },
        { key: 'team', operator: 'NotIn', values: ['t'] },
      ],
    },
  }
  const mergedSpread = {
    topologyKey: 'z',
    labelSelector: { matchLabels: { a: 'b' }, matchExpressions: [{ key: 'rev', operator: 'In', values: ['1'] }] },
    matchLabelKeys: ['rev'],
  }

  test.for([
    { version: '1.30', term: plain, spread: spec.topologySpreadConstraints[0], podLevel: false, ports: false },
    { version: '1.31', term: merged, spread: spec.topologySpreadConstraints[0], podLevel: false, ports: false },
    { version: '1.33', term: merged, spread: spec.topologySpreadConstraints[0], podLevel: false, ports: true },
    { version: '1.34', term: merged, spread: mergedSpread, podLevel: true, ports: true },
    { version: '1.36', term: merged, spread: mergedSpread, podLevel: true, ports: true },
  ])('$version', ({ version, term: expected, spread, podLevel, ports }) => {
    const admitted = specOf(spec, { version }, labels)
    expect(admitted['affinity']).toEqual({
      podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [expected] },
      podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, podAffinityTerm: expected }] },
    })
    expect(admitted['topologySpreadConstraints']).toEqual([spread])
    expect('resources' in admitted).toBe(podLevel)
    expect(admitted['initContainers']).toEqual([
      { name: 'i', restartPolicy: 'Always', ...(ports && { ports: [{ hostPort: 1 }] }) },
    ])
  })

  test('a term without a selector goes on matching nothing', () => {
    const bare = {
      affinity: {
        podAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'z', matchLabelKeys: ['rev'] }],
        },
      },
    }
    expect(specOf(bare, {}, labels)['affinity']).toEqual({
      podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'z' }] },
    })
  })

  test('a pod that a cluster gave back is left as it is, but for what its version does not know', () => {
    const pod = { metadata: { uid: 'u' }, spec: { priorityClassName: 'x', resources: { requests: { cpu: 1 } } } }
    expect(admit(pod, { version: '1.33' })).toEqual({
      kind: 'admitted',
      pod: { metadata: { uid: 'u' }, spec: { priorityClassName: 'x' } },
      assumed: [],
    })
  })
})
