import { listAt, numberAt, objectAt, textAt, valueAt } from '../json.ts'
import { fields, integer, listOf, text, truth } from '../manifest-shape.ts'
import { jobPart, jobSpec } from './job.ts'
import type { WorkloadKind } from './workload-kind.ts'

/**
 * JobSet (jobset.x-k8s.io): each replicated job is a part of `replicas` Jobs, named `<set>-<job>-<number>`.
 * Source: kubernetes-sigs/jobset api/jobset/v1alpha2.
 */
export const jobSet: WorkloadKind = {
  kind: 'JobSet',
  groups: ['jobset.x-k8s.io'],
  spec: fields(
    {
      suspend: truth,
      replicatedJobs: listOf(
        fields({ name: text, replicas: integer(0), template: fields({ spec: jobSpec }, ['spec']) }, [
          'name',
          'template',
        ]),
      ),
    },
    ['replicatedJobs'],
  ),
  parts: (object) => {
    const set = textAt(object, 'metadata', 'name') ?? ''
    return listAt(object, 'spec', 'replicatedJobs').map((replicated) => {
      const name = textAt(replicated, 'name') ?? ''
      const jobs = numberAt(replicated, 'replicas') ?? 1
      const { template, replicas } = jobPart(set, valueAt(replicated, 'template', 'spec'))
      return {
        part: name,
        base: `${set}-${name}`,
        template,
        replicas: jobs * replicas,
        owner: { kind: 'Job', name: `${set}-${name}-0` },
        labels: { 'jobset.sigs.k8s.io/jobset-name': set, 'jobset.sigs.k8s.io/replicatedjob-name': name },
      }
    })
  },
  isGang: () => true,
  notSimulated: (object) => {
    const annotation = 'alpha.jobset.sigs.k8s.io/exclusive-topology'
    const own = [object, ...listAt(object, 'spec', 'replicatedJobs').map((job) => objectAt(job, 'template'))]
    if (own.every((one) => textAt(one, 'metadata', 'annotations', annotation) === undefined)) return []
    return [
      {
        what: `${annotation} of a JobSet`,
        why: 'its jobs are not kept in topology domains of their own, as its webhook would',
      },
    ]
  },
  isSuspended: (object) => valueAt(object, 'spec', 'suspend') === true,
}
