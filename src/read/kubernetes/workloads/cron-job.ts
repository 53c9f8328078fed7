import { textAt, valueAt } from '../json.ts'
import { fields, text, truth } from '../manifest-shape.ts'
import { jobLabels, jobPart, jobSpec, meetByName } from './job.ts'
import type { WorkloadKind } from './workload-kind.ts'

/** CronJob, as the Job that it makes when it fires. */
export const cronJob: WorkloadKind = {
  kind: 'CronJob',
  groups: ['batch'],
  spec: fields({ schedule: text, suspend: truth, jobTemplate: fields({ spec: jobSpec }, ['spec']) }, ['jobTemplate']),
  parts: (object) => {
    const name = textAt(object, 'metadata', 'name') ?? ''
    return [
      {
        ...jobPart(name, valueAt(object, 'spec', 'jobTemplate', 'spec')),
        labels: jobLabels(name),
        owner: { kind: 'Job', name },
      },
    ]
  },
  isGang: (object) => meetByName(valueAt(object, 'spec', 'jobTemplate', 'spec')),
}
