import { toUnits, tryParseQuantity } from '../../cluster/quantity.ts'
import type { CsiNode, PersistentVolume, PersistentVolumeClaim, StorageClass } from '../../cluster/storage.ts'
import { isJsonObject, listAt, numberAt, recordAt, scalarTextAt, textAt, textsAt, valueAt } from './json.ts'
import { readLabelSelector } from './read-label-selector.ts'
import { readNodeSelectorTerm } from './read-node-selector.ts'
import { readOwner } from './read-owner.ts'

const betaClassAnnotation = 'volume.beta.kubernetes.io/storage-class'

/** In-tree volumes and the CSI drivers that they have moved to. Source: k8s.io/csi-translation-lib. */
const migrated: readonly {
  readonly field: string
  readonly plugin: string
  readonly driver: string
  readonly handle: string
}[] = [
  { field: 'awsElasticBlockStore', plugin: 'kubernetes.io/aws-ebs', driver: 'ebs.csi.aws.com', handle: 'volumeID' },
  { field: 'gcePersistentDisk', plugin: 'kubernetes.io/gce-pd', driver: 'pd.csi.storage.gke.io', handle: 'pdName' },
  { field: 'azureDisk', plugin: 'kubernetes.io/azure-disk', driver: 'disk.csi.azure.com', handle: 'diskURI' },
  { field: 'azureFile', plugin: 'kubernetes.io/azure-file', driver: 'file.csi.azure.com', handle: 'shareName' },
  { field: 'cinder', plugin: 'kubernetes.io/cinder', driver: 'cinder.csi.openstack.org', handle: 'volumeID' },
  {
    field: 'vsphereVolume',
    plugin: 'kubernetes.io/vsphere-volume',
    driver: 'csi.vsphere.vmware.com',
    handle: 'volumePath',
  },
  { field: 'portworxVolume', plugin: 'kubernetes.io/portworx-volume', driver: 'pxd.portworx.com', handle: 'volumeID' },
]

/** A PersistentVolume object. One without a status is available. */
export function readPersistentVolume(volume: unknown): PersistentVolume {
  const claim = valueAt(volume, 'spec', 'claimRef')
  const uid = textAt(claim, 'uid')
  const required = valueAt(volume, 'spec', 'nodeAffinity', 'required')
  return {
    name: textAt(volume, 'metadata', 'name') ?? '',
    labels: recordAt(volume, 'metadata', 'labels'),
    capacity: bytesAt(volume, 'spec', 'capacity', 'storage'),
    accessModes: textsAt(volume, 'spec', 'accessModes'),
    storageClass: readClassName(volume) ?? '',
    volumeMode: readVolumeMode(volume),
    phase: textAt(volume, 'status', 'phase') ?? 'Available',
    ...(isJsonObject(claim) && {
      claim: {
        namespace: textAt(claim, 'namespace') ?? '',
        name: textAt(claim, 'name') ?? '',
        ...(uid !== undefined && { uid }),
      },
    }),
    ...(isJsonObject(required) && { nodeTerms: listAt(required, 'nodeSelectorTerms').map(readNodeSelectorTerm) }),
    ...readDriver(volume),
  }
}

function readDriver(volume: unknown): Pick<PersistentVolume, 'driver' | 'handle' | 'inTree'> {
  const driver = textAt(volume, 'spec', 'csi', 'driver')
  if (driver !== undefined) return { driver, handle: textAt(volume, 'spec', 'csi', 'volumeHandle') ?? '' }
  const inTree = migrated.find(({ field }) => isJsonObject(valueAt(volume, 'spec', field)))
  if (inTree === undefined) return {}
  const handle = textAt(volume, 'spec', inTree.field, inTree.handle) ?? ''
  // `aws://us-east-1a/vol-1` is the volume that the CSI driver calls `vol-1`.
  return {
    driver: inTree.driver,
    handle: handle.startsWith('aws://') ? (handle.split('/').at(-1) ?? '') : handle,
    inTree: inTree.plugin,
  }
}

/** A PersistentVolumeClaim object. One without a status is pending. */
export function readPersistentVolumeClaim(claim: unknown): PersistentVolumeClaim {
  const uid = textAt(claim, 'metadata', 'uid')
  const storageClass = readClassName(claim)
  const selector = valueAt(claim, 'spec', 'selector')
  const volumeName = textAt(claim, 'spec', 'volumeName') ?? ''
  const owner = readOwner(claim)
  return {
    namespace: textAt(claim, 'metadata', 'namespace') ?? 'default',
    name: textAt(claim, 'metadata', 'name') ?? '',
    ...(uid !== undefined && { uid }),
    labels: recordAt(claim, 'metadata', 'labels'),
    annotations: recordAt(claim, 'metadata', 'annotations'),
    request: bytesAt(claim, 'spec', 'resources', 'requests', 'storage'),
    accessModes: textsAt(claim, 'spec', 'accessModes'),
    ...(storageClass !== undefined && { storageClass }),
    volumeMode: readVolumeMode(claim),
    ...(isJsonObject(selector) && { selector: readLabelSelector(selector) }),
    ...(volumeName !== '' && { volumeName }),
    phase: textAt(claim, 'status', 'phase') ?? 'Pending',
    ...(owner?.kind === 'Pod' && { ownerPod: owner.name }),
    terminating: textAt(claim, 'metadata', 'deletionTimestamp') !== undefined,
  }
}

/** A StorageClass object. */
export function readStorageClass(storageClass: unknown): StorageClass {
  const annotations = recordAt(storageClass, 'metadata', 'annotations')
  return {
    name: textAt(storageClass, 'metadata', 'name') ?? '',
    provisioner: textAt(storageClass, 'provisioner') ?? '',
    bindingMode:
      textAt(storageClass, 'volumeBindingMode') === 'WaitForFirstConsumer' ? 'WaitForFirstConsumer' : 'Immediate',
    allowedTopologies: listAt(storageClass, 'allowedTopologies').map((term) => ({
      matchExpressions: listAt(term, 'matchLabelExpressions').map((expression) => ({
        key: textAt(expression, 'key') ?? '',
        operator: 'In',
        values: textsAt(expression, 'values'),
      })),
      matchFields: [],
    })),
    isDefault: ['storageclass.kubernetes.io/is-default-class', 'storageclass.beta.kubernetes.io/is-default-class'].some(
      (annotation) => annotations[annotation] === 'true',
    ),
  }
}

/** A CSINode object. */
export function readCsiNode(csiNode: unknown): CsiNode {
  const annotations = recordAt(csiNode, 'metadata', 'annotations')
  return {
    name: textAt(csiNode, 'metadata', 'name') ?? '',
    drivers: listAt(csiNode, 'spec', 'drivers').map((driver) => {
      const limit = numberAt(driver, 'allocatable', 'count')
      return { name: textAt(driver, 'name') ?? '', ...(limit !== undefined && { limit }) }
    }),
    migratedPlugins: (annotations['storage.alpha.kubernetes.io/migrated-plugins'] ?? '')
      .split(',')
      .filter((plugin) => plugin !== ''),
  }
}

/** The annotation of the days before the field still comes first. */
function readClassName(object: unknown): string | undefined {
  return recordAt(object, 'metadata', 'annotations')[betaClassAnnotation] ?? textAt(object, 'spec', 'storageClassName')
}

function readVolumeMode(object: unknown): 'Filesystem' | 'Block' {
  return textAt(object, 'spec', 'volumeMode') === 'Block' ? 'Block' : 'Filesystem'
}

function bytesAt(value: unknown, ...path: readonly string[]): number {
  return toUnits(tryParseQuantity(scalarTextAt(value, ...path) ?? '0') ?? 0n)
}
