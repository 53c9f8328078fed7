import { listAt, numberAt, objectAt, textAt, valueAt } from '../json.ts'
import { fields, integer, mapOf, truth } from '../manifest-shape.ts'
import { podTemplate } from '../pod-shape.ts'
import type { WorkloadKind } from './workload-kind.ts'

/** The training jobs of Kubeflow, and the field that each names its roles in. Source: kubeflow/training-operator api/kubeflow.org/v1. */
const kinds: readonly (readonly [kind: string, field: string])[] = [
  ['PyTorchJob', 'pytorchReplicaSpecs'],
  ['TFJob', 'tfReplicaSpecs'],
  ['MPIJob', 'mpiReplicaSpecs'],
  ['XGBoostJob', 'xgbReplicaSpecs'],
  ['PaddleJob', 'paddleReplicaSpecs'],
  ['JAXJob', 'jaxReplicaSpecs'],
]

/** PyTorchJob and its likes (kubeflow.org): one part per role, such as master and worker. */
export const kubeflowJobs: readonly WorkloadKind[] = kinds.map(([kind, field]) => ({
  kind,
  groups: ['kubeflow.org'],
  spec: fields(
    {
      runPolicy: fields({ suspend: truth }),
      [field]: mapOf(fields({ replicas: integer(0), template: podTemplate }, ['template'])),
    },
    [field],
  ),
  parts: (object) => {
    const name = textAt(object, 'metadata', 'name') ?? ''
    return Object.entries(objectAt(object, 'spec', field)).map(([role, spec]) => ({
      part: role.toLowerCase(),
      base: `${name}-${role.toLowerCase()}`,
      template: valueAt(spec, 'template'),
      replicas: numberAt(spec, 'replicas') ?? 1,
      labels: { 'training.kubeflow.org/job-name': name, 'training.kubeflow.org/replica-type': role.toLowerCase() },
    }))
  },
  isGang: () => true,
  isSuspended: (object) => valueAt(object, 'spec', 'runPolicy', 'suspend') === true,
  isFinished: (object) =>
    listAt(object, 'status', 'conditions').some(
      (condition) =>
        ['Succeeded', 'Failed'].includes(textAt(condition, 'type') ?? '') && textAt(condition, 'status') === 'True',
    ),
}))
