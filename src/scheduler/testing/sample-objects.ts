import type { LabelSelector } from '../../cluster/label-selector.ts'
import type { Labels } from '../../cluster/labels.ts'
import type { PodAffinityTerm } from '../../cluster/pod-affinity.ts'
import type { PersistentVolume, PersistentVolumeClaim, StorageClass } from '../../cluster/storage.ts'
import type { TopologySpreadConstraint } from '../../cluster/topology-spread.ts'

/** A selector of these labels. */
export function selectorOf(matchLabels: Labels): LabelSelector {
  return { matchLabels, matchExpressions: [] }
}

/** A term of pod affinity: pods with the label `app`, near by zone. */
export function sampleTerm(app: string, shape: Partial<PodAffinityTerm> = {}): PodAffinityTerm {
  return {
    selector: selectorOf({ app }),
    namespaces: [],
    topologyKey: 'zone',
    matchLabelKeys: [],
    mismatchLabelKeys: [],
    ...shape,
  }
}

/** A hard spread constraint over zones with skew 1 for pods with the label `app`. */
export function sampleSpread(app: string, shape: Partial<TopologySpreadConstraint> = {}): TopologySpreadConstraint {
  return {
    maxSkew: 1,
    topologyKey: 'zone',
    whenUnsatisfiable: 'DoNotSchedule',
    selector: selectorOf({ app }),
    matchLabelKeys: [],
    nodeAffinityPolicy: 'Honor',
    nodeTaintsPolicy: 'Ignore',
    ...shape,
  }
}

/** A claim of 1 GiB in `default` that is bound to the volume `<name>-volume`. */
export function sampleClaim(name: string, shape: Partial<PersistentVolumeClaim> = {}): PersistentVolumeClaim {
  return {
    namespace: 'default',
    name,
    labels: {},
    annotations: { 'pv.kubernetes.io/bind-completed': 'yes' },
    request: 1024 ** 3,
    accessModes: ['ReadWriteOnce'],
    storageClass: 'standard',
    volumeMode: 'Filesystem',
    volumeName: `${name}-volume`,
    phase: 'Bound',
    terminating: false,
    ...shape,
  }
}

/** A claim that waits for its first pod. */
export function sampleWaitingClaim(name: string, shape: Partial<PersistentVolumeClaim> = {}): PersistentVolumeClaim {
  const { volumeName: _, ...claim } = sampleClaim(name, { annotations: {}, phase: 'Pending' })
  return { ...claim, ...shape }
}

/** An EBS volume of 1 GiB that any node may use. */
export function sampleVolume(name: string, shape: Partial<PersistentVolume> = {}): PersistentVolume {
  return {
    name,
    labels: {},
    capacity: 1024 ** 3,
    accessModes: ['ReadWriteOnce'],
    storageClass: 'standard',
    volumeMode: 'Filesystem',
    phase: 'Available',
    driver: 'ebs.csi.aws.com',
    handle: name,
    ...shape,
  }
}

/** A class of EBS volumes that waits for the first pod. */
export function sampleStorageClass(name: string, shape: Partial<StorageClass> = {}): StorageClass {
  return {
    name,
    provisioner: 'ebs.csi.aws.com',
    bindingMode: 'WaitForFirstConsumer',
    allowedTopologies: [],
    isDefault: false,
    ...shape,
  }
}
