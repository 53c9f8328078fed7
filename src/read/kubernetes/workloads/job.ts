import type { Labels } from '../../../cluster/labels.ts'
import { type JsonObject, listAt, numberAt, textAt, valueAt } from '../json.ts'
import { also, fields, integer, oneOf, requiredIssue, type Shape, truth } from '../manifest-shape.ts'
import { podTemplate } from '../pod-shape.ts'
import type { WorkloadKind, WorkloadPart } from './workload-kind.ts'

/** The spec of a Job. */
export const jobSpec: Shape = also(
  fields(
    {
      parallelism: integer(0),
      completions: integer(0),
      completionMode: oneOf('NonIndexed', 'Indexed'),
      suspend: truth,
      template: podTemplate,
    },
    ['template'],
  ),
  (spec, path) =>
    textAt(spec, 'completionMode') === 'Indexed' && numberAt(spec, 'completions') === undefined
      ? [requiredIssue([...path, 'completions'])]
      : [],
)

/** Job: as many pods as run at once, which is its parallelism and never more than are still to be completed. */
export const job: WorkloadKind = {
  kind: 'Job',
  groups: ['batch'],
  spec: jobSpec,
  parts: (object) => {
    const name = textAt(object, 'metadata', 'name') ?? ''
    const succeeded = numberAt(object, 'status', 'succeeded') ?? 0
    return [{ ...jobPart(name, valueAt(object, 'spec'), succeeded), labels: jobLabels(name) }]
  },
  isGang: (object) => meetByName(valueAt(object, 'spec')),
  isSuspended: (object) => valueAt(object, 'spec', 'suspend') === true,
  isFinished: (object) => isFinishedJob(object),
}

/** The pods of a Job's spec that run at once. */
export function jobPart(base: string, spec: unknown, succeeded = 0): WorkloadPart {
  const parallelism = numberAt(spec, 'parallelism') ?? 1
  const completions = numberAt(spec, 'completions') ?? (valueAt(spec, 'parallelism') === undefined ? 1 : undefined)
  return {
    base,
    template: valueAt(spec, 'template'),
    replicas: completions === undefined ? parallelism : Math.max(0, Math.min(parallelism, completions - succeeded)),
  }
}

/**
 * Whether a Job's pods look for each other: all of its indexes run at once and have host names of their own below a
 * Service. Such a Job trains one model; others work through a list, which goes on with fewer pods.
 */
export function meetByName(spec: unknown): boolean {
  const parallelism = numberAt(spec, 'parallelism') ?? 1
  return (
    textAt(spec, 'completionMode') === 'Indexed' &&
    parallelism > 1 &&
    numberAt(spec, 'completions') === parallelism &&
    textAt(spec, 'template', 'spec', 'subdomain') !== undefined
  )
}

/** Labels that the Job controller gives its pods. */
export function jobLabels(name: string): Labels {
  return { 'job-name': name, 'batch.kubernetes.io/job-name': name }
}

function isFinishedJob(object: JsonObject): boolean {
  return listAt(object, 'status', 'conditions').some(
    (condition) =>
      ['Complete', 'Failed'].includes(textAt(condition, 'type') ?? '') && textAt(condition, 'status') === 'True',
  )
}
