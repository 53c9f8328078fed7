import { numberAt, textAt, valueAt } from '../json.ts'
import { fields, integer, oneOf } from '../manifest-shape.ts'
import { podTemplate } from '../pod-shape.ts'
import type { WorkloadKind } from './workload-kind.ts'

/**
 * LeaderWorkerSet (leaderworkerset.x-k8s.io): `replicas` groups of `size` pods, one of each group its leader. Each group is a
 * gang of its own. A group's workers are of `workerTemplate`, and so is its leader unless there is a `leaderTemplate`.
 * Source: kubernetes-sigs/lws api/leaderworkerset/v1.
 */
export const leaderWorkerSet: WorkloadKind = {
  kind: 'LeaderWorkerSet',
  groups: ['leaderworkerset.x-k8s.io'],
  spec: fields(
    {
      replicas: integer(0),
      startupPolicy: oneOf('LeaderCreated', 'LeaderReady'),
      leaderWorkerTemplate: fields({ size: integer(1), leaderTemplate: podTemplate, workerTemplate: podTemplate }, [
        'workerTemplate',
      ]),
    },
    ['leaderWorkerTemplate'],
  ),
  parts: (object) => {
    const name = textAt(object, 'metadata', 'name') ?? ''
    const groups = numberAt(object, 'spec', 'replicas') ?? 1
    const template = valueAt(object, 'spec', 'leaderWorkerTemplate')
    const workers = (numberAt(template, 'size') ?? 1) - 1
    const worker = valueAt(template, 'workerTemplate')
    const labels = { 'leaderworkerset.sigs.k8s.io/name': name }
    const owner = { kind: 'StatefulSet', name }
    const leader = {
      part: 'leader',
      base: name,
      template: valueAt(template, 'leaderTemplate') ?? worker,
      replicas: groups,
      labels: { ...labels, 'leaderworkerset.sigs.k8s.io/worker-index': '0' },
      owner,
      perGroup: 1,
    }
    if (workers === 0) return [leader]
    return [
      leader,
      {
        part: 'worker',
        base: `${name}-worker`,
        template: worker,
        replicas: groups * workers,
        labels,
        owner,
        perGroup: workers,
      },
    ]
  },
  isGang: () => true,
  notSimulated: (object) => {
    const annotation = 'leaderworkerset.sigs.k8s.io/exclusive-topology'
    const isExclusive = textAt(object, 'metadata', 'annotations', annotation) !== undefined
    const waitsForLeader = textAt(object, 'spec', 'startupPolicy') === 'LeaderReady'
    return [
      ...(isExclusive
        ? [
            {
              what: `${annotation} of a LeaderWorkerSet`,
              why: 'its groups are not kept in topology domains of their own, as its webhook would',
            },
          ]
        : []),
      ...(waitsForLeader
        ? [
            {
              what: 'startupPolicy LeaderReady of a LeaderWorkerSet',
              why: 'its workers are queued with their leader; in a cluster they come once it is Ready',
            },
          ]
        : []),
    ]
  },
}
