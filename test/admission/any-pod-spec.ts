import fc from 'fast-check'
import type { JsonObject } from '../../src/read/kubernetes/json.ts'

const maybe = <Value>(arbitrary: fc.Arbitrary<Value>) => fc.option(arbitrary, { nil: undefined, freq: 2 })

const amounts = fc.record(
  {
    cpu: fc.constantFrom('100m', '1', '1500m', 2, '4'),
    memory: fc.constantFrom('32Mi', '128Mi', '1Gi'),
    'nvidia.com/gpu': fc.constantFrom(1, 2),
    'ephemeral-storage': fc.constant('1Gi'),
  },
  { requiredKeys: [] },
)
/** A GPU that is asked for is also the limit; what is asked for more than that is for the API server to refuse. */
const resources = fc.record({ limits: maybe(amounts), requests: maybe(amounts) }).map(({ limits, requests }) => {
  const gpu = requests?.['nvidia.com/gpu']
  return {
    ...((limits !== undefined || gpu !== undefined) && {
      limits: { ...limits, ...(gpu !== undefined && { 'nvidia.com/gpu': gpu }) },
    }),
    ...(requests !== undefined && { requests }),
  }
})
/** One host port at most, so that none is taken twice within a pod. */
const ports = maybe(
  fc.record(
    { containerPort: fc.constantFrom(80, 81), protocol: fc.constantFrom('TCP', 'UDP') },
    { requiredKeys: ['containerPort'] },
  ),
).map((port) => (port === undefined ? [] : [port]))

const selector = maybe(
  fc.record(
    {
      matchLabels: fc.constantFrom({ app: 'a' }, { x: 'y' }),
      matchExpressions: fc.constantFrom(
        [{ key: 'k', operator: 'Exists' }],
        [{ key: 'k', operator: 'In', values: ['v'] }],
      ),
    },
    { requiredKeys: [] },
  ),
)
const term = fc
  .record({
    topologyKey: fc.constantFrom('kubernetes.io/hostname', 'zone'),
    labelSelector: selector,
    namespaces: maybe(fc.constant(['default'])),
    namespaceSelector: maybe(fc.constant({})),
    keys: fc.constantFrom('none', 'match', 'both'),
  })
  .map(({ keys, ...rest }) => ({
    ...rest,
    ...(rest.labelSelector !== undefined && keys !== 'none' && { matchLabelKeys: ['rev', 'absent'] }),
    ...(rest.labelSelector !== undefined && keys === 'both' && { mismatchLabelKeys: ['team'] }),
  }))
const affinity = fc.record(
  {
    requiredDuringSchedulingIgnoredDuringExecution: fc.array(term, { maxLength: 2 }),
    preferredDuringSchedulingIgnoredDuringExecution: fc.array(
      fc.record({ weight: fc.integer({ min: 1, max: 100 }), podAffinityTerm: term }),
      { maxLength: 1 },
    ),
  },
  { requiredKeys: [] },
)
const spread = fc
  .record({
    maxSkew: fc.constantFrom(1, 2),
    topologyKey: fc.constantFrom('zone', 'host'),
    whenUnsatisfiable: fc.constantFrom('DoNotSchedule', 'ScheduleAnyway'),
    labelSelector: selector,
    nodeAffinityPolicy: maybe(fc.constantFrom('Honor', 'Ignore')),
    nodeTaintsPolicy: maybe(fc.constantFrom('Honor', 'Ignore')),
    isKeyed: fc.boolean(),
  })
  .map(({ isKeyed, ...rest }) => ({
    ...rest,
    ...(isKeyed && rest.labelSelector !== undefined && { matchLabelKeys: ['rev'] }),
  }))
const toleration = fc.constantFrom<JsonObject>(
  { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 1 },
  { operator: 'Exists' },
  { key: 'kata', operator: 'Exists', effect: 'NoSchedule' },
  { key: 'nvidia.com/gpu', operator: 'Exists' },
  { key: 'a', value: 'b' },
)
const wholeAmounts = fc.record(
  { cpu: fc.constantFrom('3', '8', '9'), memory: fc.constantFrom('8Gi', '9Gi') },
  { requiredKeys: [] },
)

/** Specs of pods with everything that admission looks at, right ones and wrong ones. */
export const anyPodSpec: fc.Arbitrary<JsonObject> = fc
  .record({
    containers: fc.array(fc.record({ resources, ports }), { minLength: 1, maxLength: 3 }),
    initContainers: fc.array(fc.record({ resources, restartPolicy: maybe(fc.constant('Always')) }), { maxLength: 2 }),
    priorityClassName: maybe(fc.constantFrom('high', 'never', 'system-node-critical')),
    runtimeClassName: maybe(fc.constant('kata')),
    nodeSelector: maybe(fc.constantFrom({ a: 'b' }, { kata: 'no' }, { kata: 'yes' })),
    tolerations: maybe(fc.array(toleration, { maxLength: 3 })),
    affinity: maybe(fc.record({ podAffinity: affinity, podAntiAffinity: affinity }, { requiredKeys: [] })),
    topologySpreadConstraints: maybe(
      fc.uniqueArray(spread, {
        maxLength: 2,
        selector: ({ topologyKey, whenUnsatisfiable }) => `${topologyKey} ${whenUnsatisfiable}`,
      }),
    ),
    resources: maybe(fc.record({ requests: wholeAmounts, limits: wholeAmounts }, { requiredKeys: [] })),
  })
  .map(({ containers, initContainers, ...rest }) => ({
    ...rest,
    containers: containers.map((one, index) => ({ name: `c${index}`, image: `image:${index}`, ...one })),
    initContainers: initContainers.map((one, index) => ({ name: `i${index}`, image: 'image', ...one })),
  }))
