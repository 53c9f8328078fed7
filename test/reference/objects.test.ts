import fc from 'fast-check'
import { it } from 'vitest'
import type { ClusterObjects, DisruptionBudget } from '../../src/cluster/cluster-objects.ts'
import type { PersistentVolume } from '../../src/cluster/storage.ts'
import type { PodVolume } from '../../src/cluster/volume.ts'
import { sampleStorageClass, sampleVolume, sampleWaitingClaim } from '../../src/scheduler/testing/sample-objects.ts'
import { type ClusterCase, clusterCases } from './arbitrary-cluster.ts'
import { expectSame } from './expect-same.ts'

const zoneLabel = 'topology.kubernetes.io/zone'

it('claims and disruption budgets change from pod to pod as one by one', () => {
  fc.assert(fc.property(casesWithObjects, expectSame), { numRuns: 80, endOnFailure: true })
})

/** Which claims a workload's pods have: two that are shared, or one of their own, of a class that makes volumes or not. */
const volumes: fc.Arbitrary<readonly PodVolume[]> = fc
  .record({
    shared: fc.constantFrom(undefined, undefined, 'one', 'two'),
    own: fc.constantFrom(undefined, undefined, 'standard', 'local'),
    ephemeral: fc.boolean(),
  })
  .map(({ shared, own, ephemeral }) => [
    ...(shared === undefined ? [] : [{ kind: 'claim' as const, claim: shared, ephemeral: false, readOnly: false }]),
    ...(own === undefined ? [] : [ownClaim(own, ephemeral)]),
  ])

function ownClaim(storageClass: string, ephemeral: boolean): PodVolume {
  // The case names its workloads w0, w1 and so on; the base of the name is cut off again for each pod.
  const name = ephemeral ? 'w0-own' : 'own-w0'
  return {
    kind: 'claim',
    claim: name,
    ephemeral,
    readOnly: false,
    made: { claim: sampleWaitingClaim(name, { storageClass }) },
  }
}

const localVolumes: fc.Arbitrary<readonly PersistentVolume[]> = fc
  .array(fc.constantFrom('a', 'b', 'c', undefined), { maxLength: 5 })
  .map((zones) =>
    zones.map((zone, index) =>
      sampleVolume(`disk-${index}`, {
        storageClass: 'local',
        ...(zone !== undefined && {
          nodeTerms: [{ matchExpressions: [{ key: zoneLabel, operator: 'In', values: [zone] }], matchFields: [] }],
        }),
      }),
    ),
  )

const budgets: fc.Arbitrary<readonly DisruptionBudget[]> = fc.array(
  fc.record({
    namespace: fc.constant('default'),
    name: fc.constant('b'),
    selector: fc.constantFrom('x', 'y', 'z').map((app) => ({ matchLabels: { app }, matchExpressions: [] })),
    disruptionsAllowed: fc.nat({ max: 3 }),
    disruptedPods: fc.constant([]),
  }),
  { maxLength: 3 },
)

const casesWithObjects: fc.Arbitrary<ClusterCase> = fc
  .record({
    given: clusterCases('all', 16),
    volumes: fc.array(volumes, { minLength: 6, maxLength: 6 }),
    disks: localVolumes,
    budgets,
    selected: fc.constantFrom('standard', 'local'),
  })
  .map(({ given, volumes: perWorkload, disks, budgets: disruptionBudgets, selected }) => {
    const objects: ClusterObjects = {
      ...given.objects,
      disruptionBudgets,
      persistentVolumes: disks,
      persistentVolumeClaims: [
        sampleWaitingClaim('one'),
        sampleWaitingClaim('two', { storageClass: selected }),
        // Somebody made the claim of one pod beforehand.
        sampleWaitingClaim('own-w0-1', { storageClass: selected }),
      ],
      storageClasses: [
        sampleStorageClass('standard'),
        sampleStorageClass('local', { provisioner: 'kubernetes.io/no-provisioner' }),
      ],
    }
    const workloads = given.workloads.map((workload, index) => ({
      ...workload,
      template: {
        ...workload.template,
        volumes: (perWorkload[index] ?? []).map(
          (volume): PodVolume =>
            volume.kind === 'claim' && volume.made !== undefined
              ? { ...volume, claim: volume.claim.replace('w0', workload.template.name) }
              : volume,
        ),
      },
    }))
    return { ...given, objects, workloads }
  })
