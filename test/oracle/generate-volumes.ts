import type { JsonObject } from '../../src/read/kubernetes/json.ts'
import { words } from './case-words.ts'
import type { Random } from './random.ts'

/** Storage of one case, and the volumes that its pods have. */
export type GeneratedVolumes = {
  readonly persistentVolumes: readonly JsonObject[]
  readonly persistentVolumeClaims: readonly JsonObject[]
  readonly storageClasses: readonly JsonObject[]
  readonly csiNodes: readonly JsonObject[]
  /** The `volumes` of a pod of this namespace, as a part of its spec. */
  podVolumes(random: Random, namespace: string): JsonObject
}

/** No storage. */
export const noVolumes: GeneratedVolumes = {
  persistentVolumes: [],
  persistentVolumeClaims: [],
  storageClasses: [],
  csiNodes: [],
  podVolumes: () => ({}),
}

const zoneLabel = 'topology.kubernetes.io/zone'

/** Random storage classes, volumes and claims in these namespaces, and what the nodes' drivers allow. */
export function generateVolumes(
  random: Random,
  nodeNames: readonly string[],
  namespaces: readonly string[],
): GeneratedVolumes {
  const pairs = namespaces.flatMap((namespace) =>
    random.list(1, 3, (index) => generateClaim(random, namespace, `claim-${index}`)),
  )
  const free = random.list(0, 3, (index) => generateVolume(random, `free-${index}`, undefined))
  const claims = pairs.map(({ claim }) => claim)
  return {
    persistentVolumes: [...pairs.flatMap(({ volume }) => (volume === undefined ? [] : [volume])), ...free],
    persistentVolumeClaims: claims,
    storageClasses: generateClasses(random),
    csiNodes: random.some(nodeNames, 0.7).map((name) => generateCsiNode(random, name)),
    podVolumes: (source) => ({
      volumes: source.list(1, 2, (index) => ({ name: `v-${index}`, ...generatePodVolume(source) })),
    }),
  }
}

function generatePodVolume(random: Random): JsonObject {
  const readOnly = random.chance(0.4) && { readOnly: true }
  const id = random.pick(words.diskIds)
  return random.pick<() => JsonObject>([
    () => ({ persistentVolumeClaim: { claimName: random.pick(['claim-0', 'claim-1', 'claim-2']), ...readOnly } }),
    () => ({ persistentVolumeClaim: { claimName: random.pick(['claim-0', 'claim-0', 'claim-1', 'missing']) } }),
    () => ({ awsElasticBlockStore: { volumeID: id, ...readOnly } }),
    () => ({ gcePersistentDisk: { pdName: id, ...readOnly } }),
    () => ({
      rbd: {
        monitors: random.some(['m1', 'm2', 'm3'], 0.5),
        image: id,
        ...(random.chance(0.5) && { pool: random.pick(['rbd', 'p']) }),
        ...readOnly,
      },
    }),
    () => ({
      iscsi: {
        targetPortal: random.pick(['10.0.0.1:3260', '10.0.0.2:3260']),
        iqn: `iqn.2026-01.x:${id}`,
        lun: random.integer(0, 1),
        ...readOnly,
      },
    }),
    () => ({ csi: { driver: 'inline.csi.example', ...readOnly } }),
    () => ({ emptyDir: {} }),
  ])()
}

/** A claim, and the volume that it is bound to. */
function generateClaim(
  random: Random,
  namespace: string,
  name: string,
): { readonly claim: JsonObject; readonly volume: JsonObject | undefined } {
  const bound = random.chance(0.6)
  const volumeName = `volume-${namespace}-${name}`
  const uid = `uid-${namespace}-${name}`
  const accessModes = [
    random.pick(['ReadWriteOnce', 'ReadWriteOnce', 'ReadWriteOncePod', 'ReadWriteMany', 'ReadOnlyMany']),
  ]
  const storageClassName = random.pick([...words.classes, ...words.classes, '', 'nowhere'])
  const claim: JsonObject = {
    metadata: {
      name,
      uid,
      ...(namespace !== 'default' && { namespace }),
      ...(bound && { annotations: { 'pv.kubernetes.io/bind-completed': 'yes' } }),
    },
    spec: {
      accessModes,
      storageClassName,
      resources: { requests: { storage: random.pick(['1Gi', '2Gi', '5Gi']) } },
      ...(!bound && random.chance(0.15) && { selector: { matchLabels: { tier: random.pick(words.tiers) } } }),
      ...(random.chance(0.1) && { volumeMode: 'Block' }),
      ...(bound && { volumeName: random.chance(0.95) ? volumeName : 'gone' }),
    },
    status: { phase: bound ? 'Bound' : 'Pending' },
  }
  const claimRef = { kind: 'PersistentVolumeClaim', namespace, name, uid }
  return { claim, volume: bound ? generateVolume(random, volumeName, claimRef) : undefined }
}

function generateVolume(random: Random, name: string, claimRef: JsonObject | undefined): JsonObject {
  const zones = random.shuffle(words.zones).slice(0, random.integer(1, 2))
  return {
    metadata: {
      name,
      labels: {
        ...(random.chance(0.4) && { [zoneLabel]: zones.join('__') }),
        ...(random.chance(0.1) && { 'failure-domain.beta.kubernetes.io/zone': random.pick(words.zones) }),
        ...(random.chance(0.1) && { 'topology.kubernetes.io/region': random.pick(['r', 's']) }),
        ...(random.chance(0.5) && { tier: random.pick(words.tiers) }),
      },
    },
    spec: {
      capacity: { storage: random.pick(['1Gi', '2Gi', '5Gi', '10Gi']) },
      accessModes: random.pick([
        ['ReadWriteOnce'],
        ['ReadWriteOnce', 'ReadOnlyMany'],
        ['ReadWriteMany'],
        ['ReadWriteOncePod'],
      ]),
      storageClassName: random.pick([...words.classes, '']),
      ...(random.chance(0.1) && { volumeMode: 'Block' }),
      ...(random.chance(0.4) && {
        nodeAffinity: {
          required: { nodeSelectorTerms: [{ matchExpressions: [{ key: zoneLabel, operator: 'In', values: zones }] }] },
        },
      }),
      ...(claimRef !== undefined && { claimRef }),
      ...random.pick<JsonObject>([
        { csi: { driver: 'ebs.csi.aws.com', volumeHandle: `vol-${random.integer(1, 3)}` } },
        { csi: { driver: 'efs.csi.aws.com', volumeHandle: `fs-${random.integer(1, 3)}` } },
        { awsElasticBlockStore: { volumeID: `aws://z-a/vol-${random.integer(1, 3)}` } },
        { nfs: { server: 's', path: '/' } },
        { local: { path: '/mnt' } },
      ]),
    },
    status: { phase: claimRef === undefined ? 'Available' : 'Bound' },
  }
}

function generateClasses(random: Random): readonly JsonObject[] {
  return [
    { metadata: { name: 'waiting' }, provisioner: 'ebs.csi.aws.com', volumeBindingMode: 'WaitForFirstConsumer' },
    {
      metadata: { name: 'zonal' },
      provisioner: 'ebs.csi.aws.com',
      volumeBindingMode: 'WaitForFirstConsumer',
      allowedTopologies: [
        {
          matchLabelExpressions: [
            { key: zoneLabel, values: random.shuffle(words.zones).slice(0, random.integer(1, 2)) },
            ...(random.chance(0.2) ? [{ key: 'pool', values: ['gpu'] }] : []),
          ],
        },
        ...(random.chance(0.2) ? [{ matchLabelExpressions: [{ key: 'pool', values: ['cpu'] }] }] : []),
      ],
    },
    { metadata: { name: 'immediate' }, provisioner: 'ebs.csi.aws.com' },
    {
      metadata: { name: 'static' },
      provisioner: 'kubernetes.io/no-provisioner',
      volumeBindingMode: 'WaitForFirstConsumer',
    },
  ]
}

function generateCsiNode(random: Random, name: string): JsonObject {
  const driver = (driverName: string): JsonObject => ({
    name: driverName,
    nodeID: name,
    ...(random.chance(0.7) && { allocatable: { count: random.integer(1, 3) } }),
  })
  return {
    metadata: {
      name,
      ...(random.chance(0.3) && {
        annotations: { 'storage.alpha.kubernetes.io/migrated-plugins': 'kubernetes.io/aws-ebs,kubernetes.io/gce-pd' },
      }),
    },
    spec: { drivers: random.some(['ebs.csi.aws.com', 'efs.csi.aws.com', 'inline.csi.example'], 0.7).map(driver) },
  }
}
