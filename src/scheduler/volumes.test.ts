import { describe, expect, test } from 'vitest'
import type { ClusterObjects } from '../cluster/cluster-objects.ts'
import type { Pod } from '../cluster/pod.ts'
import type { PodVolume } from '../cluster/volume.ts'
import { schedule } from './schedule.ts'
import { askFilters, sampleSnapshot } from './testing/ask-filters.ts'
import { sampleNode, samplePod } from './testing/sample-cluster.ts'
import { sampleClaim, sampleStorageClass, sampleVolume, sampleWaitingClaim } from './testing/sample-objects.ts'
import { assumeVolumes } from './volume-binding.ts'

const zone = 'topology.kubernetes.io/zone'
const nodes = ['z1', 'z2'].map((value, index) => sampleNode(`n${index}`, { labels: { [zone]: value } }))
const inZone = (value: string) => [
  { matchExpressions: [{ key: zone, operator: 'In' as const, values: [value] }], matchFields: [] },
]
const uses = (...claims: readonly string[]): Pod =>
  samplePod('p', {
    volumes: claims.map((claim): PodVolume => ({ kind: 'claim', claim, ephemeral: false, readOnly: false })),
  })
const messageOf = (pod: Pod, objects: Partial<ClusterObjects>, version: string, bound: readonly Pod[] = []): string => {
  const outcome = schedule(pod, sampleSnapshot(nodes, bound, { objects, version }))
  return outcome.kind === 'placed' ? `placed on ${outcome.node}` : outcome.message
}

describe('what ends a pod before any node is looked at', () => {
  const lost = sampleClaim('data', { phase: 'Lost' })
  const ending = sampleClaim('data', { terminating: true })
  const waitingImmediate = sampleWaitingClaim('data')
  const immediate = sampleStorageClass('standard', { bindingMode: 'Immediate' })
  test.for([
    { name: 'no claim', objects: {}, says: 'persistentvolumeclaim "data" not found' },
    {
      name: 'claim lost',
      objects: { persistentVolumeClaims: [lost] },
      says: 'persistentvolumeclaim "data" bound to non-existent persistentvolume "data-volume"',
    },
    {
      name: 'claim ends',
      objects: { persistentVolumeClaims: [ending] },
      says: 'persistentvolumeclaim "data" is being deleted',
    },
    {
      name: 'no volume',
      objects: { persistentVolumeClaims: [sampleClaim('data')] },
      says: 'persistentvolume "data-volume" not found',
    },
    {
      name: 'not bound yet',
      objects: { persistentVolumeClaims: [waitingImmediate], storageClasses: [immediate] },
      says: 'pod has unbound immediate PersistentVolumeClaims',
    },
  ])('$name', ({ objects, says }) => {
    const head = `0/2 nodes are available: ${says}.`
    const helpless = 'preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.'
    expect(messageOf(uses('data'), objects, '1.29')).toBe(`${head} ${helpless}`)
    expect(messageOf(uses('data'), objects, '1.33')).toBe(`${head} ${helpless}`)
    // From 1.34 on DynamicResources does not find what its PreFilter would have noted.
    expect(messageOf(uses('data'), objects, '1.34.1')).toBe(`${head} not found`)
    expect(messageOf(uses('data'), objects, '1.36')).toBe(`${head} not found`)
  })

  test('an ephemeral volume waits for its claim, and must own it', () => {
    const volume: PodVolume = { kind: 'claim', claim: 'p-data', ephemeral: true, readOnly: false }
    const pod = samplePod('p', { volumes: [volume] })
    expect(messageOf(pod, {}, '1.36')).toBe(
      '0/2 nodes are available: waiting for ephemeral volume controller to create the persistentvolumeclaim "p-data". not found',
    )
    expect(messageOf(pod, { persistentVolumeClaims: [sampleClaim('p-data')] }, '1.36')).toBe(
      '0/2 nodes are available: PVC default/p-data was not created for pod default/p (pod is not owner). not found',
    )
  })
})

describe('where volumes are', () => {
  const bound = { persistentVolumeClaims: [sampleClaim('data')] }
  test.for([
    ['1.29', 'node(s) had volume node affinity conflict'],
    ['1.32', 'node(s) had volume node affinity conflict'],
    ['1.33', "node(s) didn't match PersistentVolume's node affinity"],
    ['1.36', "node(s) didn't match PersistentVolume's node affinity"],
  ] as const)('%s, a volume of one zone', ([version, reason]) => {
    const objects = { ...bound, persistentVolumes: [sampleVolume('data-volume', { nodeTerms: inZone('z2') })] }
    expect(askFilters(uses('data'), sampleSnapshot(nodes, [], { objects, version }))).toEqual({
      n0: `VolumeBinding UU: ${reason}`,
      n1: 'fits',
    })
  })

  test('the zone label of a volume; beta labels match either', () => {
    const labels = { 'failure-domain.beta.kubernetes.io/zone': 'z2__z3' }
    const objects = { ...bound, persistentVolumes: [sampleVolume('data-volume', { labels })] }
    const places = [...nodes, sampleNode('anywhere')]
    expect(askFilters(uses('data'), sampleSnapshot(places, [], { objects }))).toEqual({
      n0: 'VolumeZone UU: node(s) had no available volume zone',
      n1: 'fits',
      anywhere: 'fits',
    })
  })

  test('an in-tree volume is asked of the label of the CSI driver that a node has moved it to', () => {
    const volume = sampleVolume('data-volume', { nodeTerms: inZone('z1'), inTree: 'kubernetes.io/aws-ebs' })
    const csiNodes = [{ name: 'n0', drivers: [], migratedPlugins: ['kubernetes.io/aws-ebs'] }]
    const objects = { ...bound, persistentVolumes: [volume], csiNodes }
    const text = "VolumeBinding UU: node(s) didn't match PersistentVolume's node affinity"
    expect(askFilters(uses('data'), sampleSnapshot(nodes, [], { objects }))).toEqual({ n0: text, n1: text })
    const [first] = nodes
    const labelled = sampleNode('n0', { labels: { ...first?.labels, 'topology.ebs.csi.aws.com/zone': 'z1' } })
    expect(askFilters(uses('data'), sampleSnapshot([labelled], [], { objects }))).toEqual({ n0: 'fits' })
  })
})

describe('claims that wait for their first pod', () => {
  const claims = { persistentVolumeClaims: [sampleWaitingClaim('data')] }
  const none = "VolumeBinding UU: node(s) didn't find available persistent volumes to bind"
  const local = sampleStorageClass('standard', { provisioner: 'kubernetes.io/no-provisioner' })

  test('allowed topologies', () => {
    const storageClasses = [sampleStorageClass('standard', { allowedTopologies: inZone('z1') })]
    expect(askFilters(uses('data'), sampleSnapshot(nodes, [], { objects: { ...claims, storageClasses } }))).toEqual({
      n0: 'fits',
      n1: none,
    })
  })

  test.for([
    { name: 'fits', shape: {}, says: 'fits' },
    { name: 'too small', shape: { capacity: 1 }, says: none },
    { name: 'another class', shape: { storageClass: 'other' }, says: none },
    { name: 'released', shape: { phase: 'Released' }, says: none },
    { name: 'another access mode', shape: { accessModes: ['ReadOnlyMany'] }, says: none },
    { name: 'a block device', shape: { volumeMode: 'Block' as const }, says: none },
    { name: 'of another claim', shape: { claim: { namespace: 'default', name: 'other' } }, says: none },
    {
      name: 'reserved for it',
      shape: { phase: 'Pending', claim: { namespace: 'default', name: 'data' } },
      says: 'fits',
    },
    { name: 'elsewhere', shape: { nodeTerms: inZone('z2') }, says: none },
  ])('a volume that exists: $name', ({ shape, says }) => {
    const objects = { ...claims, storageClasses: [local], persistentVolumes: [sampleVolume('v', shape)] }
    expect(askFilters(uses('data'), sampleSnapshot(nodes, [], { objects }))).toMatchObject({ n0: says })
  })

  test('two claims need two volumes', () => {
    const two = {
      persistentVolumeClaims: [sampleWaitingClaim('data'), sampleWaitingClaim('logs')],
      storageClasses: [local],
    }
    const volumes = [sampleVolume('v'), sampleVolume('w', { nodeTerms: inZone('z2') })]
    const snapshot = sampleSnapshot(nodes, [], { objects: { ...two, persistentVolumes: volumes } })
    expect(askFilters(uses('data', 'logs'), snapshot)).toEqual({ n0: none, n1: 'fits' })
  })

  test('once a pod is placed, its claims hold others to the node', () => {
    const { objects } = sampleSnapshot(nodes, [], {
      objects: { ...claims, storageClasses: [sampleStorageClass('standard')] },
    })
    const [first = sampleNode('n0')] = nodes
    const after = assumeVolumes(uses('data'), first, objects)
    expect(askFilters(uses('data'), sampleSnapshot(nodes, [], { objects: after }))).toEqual({ n0: 'fits', n1: none })
    expect(assumeVolumes(samplePod('q'), first, objects)).toBe(objects)
  })

  test('and volumes that exist are reserved', () => {
    const { objects } = sampleSnapshot(nodes, [], {
      objects: {
        persistentVolumeClaims: [sampleWaitingClaim('data'), sampleWaitingClaim('logs')],
        storageClasses: [local],
        persistentVolumes: [sampleVolume('v')],
      },
    })
    const [first = sampleNode('n0')] = nodes
    const after = assumeVolumes(uses('data'), first, objects)
    expect(after.persistentVolumes).toMatchObject([{ claim: { namespace: 'default', name: 'data' } }])
    expect(askFilters(uses('logs'), sampleSnapshot(nodes, [], { objects: after }))).toMatchObject({ n0: none })
  })

  test('a claim without a class has the default one', () => {
    const { storageClass: _, ...claim } = sampleWaitingClaim('data')
    const storageClasses = [sampleStorageClass('gp3', { isDefault: true, allowedTopologies: inZone('z2') })]
    const objects = { persistentVolumeClaims: [claim], storageClasses }
    expect(askFilters(uses('data'), sampleSnapshot(nodes, [], { objects }))).toEqual({ n0: none, n1: 'fits' })
  })
})

describe('sharing', () => {
  const disk = (driver: 'aws-ebs' | 'gce-pd', readOnly: boolean): PodVolume => ({
    kind: 'disk',
    driver,
    identity: 'd',
    readOnly,
  })
  test.for([
    { mine: disk('gce-pd', true), theirs: disk('gce-pd', true), says: 'fits' },
    {
      mine: disk('gce-pd', false),
      theirs: disk('gce-pd', true),
      says: 'VolumeRestrictions U: node(s) had no available disk',
    },
    {
      mine: disk('aws-ebs', true),
      theirs: disk('aws-ebs', true),
      says: 'VolumeRestrictions U: node(s) had no available disk',
    },
    { mine: disk('aws-ebs', true), theirs: disk('gce-pd', true), says: 'fits' },
  ])('$mine.driver read-only $mine.readOnly', ({ mine, theirs, says }) => {
    const other = samplePod('q', { volumes: [theirs], nodeName: 'n0' })
    expect(askFilters(samplePod('p', { volumes: [mine] }), sampleSnapshot(nodes, [other]))).toEqual({
      n0: says,
      n1: 'fits',
    })
  })

  test.for([
    ['1.29', 'node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode'],
    ['1.33', 'node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode'],
    [
      '1.34.1',
      'node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod',
    ],
    [
      '1.36',
      'node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod',
    ],
  ] as const)('%s, a claim for one pod only is in use everywhere', ([version, reason]) => {
    const objects = {
      persistentVolumeClaims: [sampleClaim('data', { accessModes: ['ReadWriteOncePod'] })],
      persistentVolumes: [sampleVolume('data-volume')],
    }
    const other = { ...uses('data'), name: 'q', nodeName: 'n0' }
    expect(askFilters(uses('data'), sampleSnapshot(nodes, [other], { objects, version }))).toEqual({
      n0: `VolumeRestrictions U: ${reason}`,
      n1: `VolumeRestrictions U: ${reason}`,
    })
    const outcome = schedule({ ...uses('data'), priority: 1 }, sampleSnapshot(nodes, [other], { objects, version }))
    expect(outcome).toMatchObject({ preemption: { node: 'n0', victims: [{ name: 'q' }] } })
  })
})

describe('volumes per node', () => {
  const full = 'node(s) exceed max volume count'
  const csiNodes = [{ name: 'n0', drivers: [{ name: 'ebs.csi.aws.com', limit: 1 }], migratedPlugins: [] }]
  const objects = {
    csiNodes,
    persistentVolumeClaims: [sampleClaim('a'), sampleClaim('b'), sampleWaitingClaim('c')],
    persistentVolumes: [sampleVolume('a-volume'), sampleVolume('b-volume')],
    storageClasses: [sampleStorageClass('standard')],
  }
  test.for([
    { claim: 'a', says: 'fits' },
    { claim: 'b', says: `NodeVolumeLimits U: ${full}` },
    { claim: 'c', says: `NodeVolumeLimits U: ${full}` },
  ])('one is there, one is allowed: $claim', ({ claim, says }) => {
    const other = { ...uses('a'), name: 'q', nodeName: 'n0' }
    expect(askFilters(uses(claim), sampleSnapshot(nodes, [other], { objects }))).toEqual({ n0: says, n1: 'fits' })
  })

  test.for([
    ['1.30', `EBSLimits U: ${full}`],
    ['1.31', 'fits'],
  ] as const)('%s, the in-tree limit of a node without a CSINode', ([version, says]) => {
    const volumes = Array.from(
      { length: 25 },
      (_, index): PodVolume => ({ kind: 'disk', driver: 'aws-ebs', identity: `vol-${index}`, readOnly: false }),
    )
    const node = sampleNode('n', { labels: { 'node.kubernetes.io/instance-type': 'm5.large' } })
    const other = samplePod('q', { volumes, nodeName: 'n' })
    const pod = samplePod('p', { volumes: [{ kind: 'disk', driver: 'aws-ebs', identity: 'vol-x', readOnly: false }] })
    expect(askFilters(pod, sampleSnapshot([node], [other], { version }))).toEqual({ n: says })
  })
})
