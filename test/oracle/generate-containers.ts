import type { JsonObject } from '../../src/read/kubernetes/json.ts'
import type { CaseFeature } from './case-features.ts'
import { words } from './case-words.ts'
import type { Random } from './random.ts'

/** Containers of a random pod, with requests, ports and images; the fields belong into its spec. */
export function generateContainers(random: Random, features: ReadonlySet<CaseFeature>): JsonObject {
  const odd = features.has('odd-resources')
  const hostNetwork = features.has('ports') && random.chance(0.15)
  const container = (name: string): JsonObject => ({
    name,
    image: features.has('images') ? random.pick(words.images) : 'app:1',
    ...generateResources(random, features),
    ...(features.has('ports') &&
      random.chance(0.6) && { ports: random.list(1, 2, () => generatePort(random, hostNetwork)) }),
  })
  const initContainers = odd
    ? random.list(0, 2, (index) => ({
        ...container(`init-${index}`),
        ...(random.chance(0.5) && { restartPolicy: 'Always' }),
      }))
    : []
  return {
    ...(hostNetwork && { hostNetwork }),
    containers: random.list(1, odd ? 3 : 1, (index) => container(`c-${index}`)),
    ...(initContainers.length > 0 && { initContainers }),
    ...(odd && random.chance(0.15) && { resources: generatePodResources(random) }),
  }
}

function generateResources(random: Random, features: ReadonlySet<CaseFeature>): JsonObject {
  const odd = features.has('odd-resources')
  const extended = features.has('extended-resources')
  const plain = {
    ...(random.chance(0.7) && {
      cpu: odd
        ? random.pick(words.cpu)
        : random.pick(features.has('priorities') ? ['500m', '1', '1', '2'] : ['100m', '500m', '500m', '1']),
    }),
    ...(random.chance(0.7) && { memory: odd ? random.pick(words.memory) : random.pick(['128Mi', '512Mi', '1Gi']) }),
    ...(odd && random.chance(0.2) && { 'ephemeral-storage': random.pick(words.storage) }),
  }
  const scalars = {
    ...(extended && random.chance(0.7) && { 'nvidia.com/gpu': random.pick(words.askedGpus) }),
    ...(extended && random.chance(0.2) && { 'vpc.amazonaws.com/efa': random.pick(words.askedGpus) }),
    ...(odd && random.chance(0.1) && { 'hugepages-2Mi': random.pick(['2Mi', '4Mi']) }),
  }
  // Requests that are missing follow from limits.
  const requests = random.chance(0.75) ? plain : {}
  const limits = { ...(random.chance(0.3) && plain), ...scalars }
  const resources = {
    ...(Object.keys(requests).length > 0 && { requests }),
    ...(Object.keys(limits).length > 0 && { limits }),
  }
  return Object.keys(resources).length > 0 ? { resources } : {}
}

/** Amounts for the pod as a whole; large enough for its containers, as the API server demands. */
function generatePodResources(random: Random): JsonObject {
  const amounts = { cpu: random.pick(['12', '20']), memory: random.pick(['12Gi', '20Gi']) }
  const asked = {
    ...(random.chance(0.7) && { cpu: amounts.cpu }),
    ...(random.chance(0.7) && { memory: amounts.memory }),
  }
  return random.chance(0.5) ? { requests: asked } : { limits: asked }
}

function generatePort(random: Random, hostNetwork: boolean): JsonObject {
  const containerPort = random.pick(words.ports)
  const hostIP = random.pick(words.hostIps)
  return {
    containerPort,
    ...(hostNetwork
      ? random.chance(0.5) && { hostPort: containerPort }
      : random.chance(0.8) && { hostPort: random.pick(words.ports) }),
    ...(random.chance(0.5) && { protocol: random.pick(['TCP', 'UDP', 'SCTP']) }),
    ...(hostIP !== '' && { hostIP }),
  }
}
