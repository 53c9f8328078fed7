import { type JsonObject, listAt, numberAt, textAt, valueAt } from '../json.ts'
import { fields, integer, listOf, type Shape, text, truth } from '../manifest-shape.ts'
import { podTemplate } from '../pod-shape.ts'
import type { WorkloadKind, WorkloadPart } from './workload-kind.ts'

const group = 'ray.io'

/** The spec of a RayCluster. */
const clusterSpec: Shape = fields(
  {
    suspend: truth,
    headGroupSpec: fields({ template: podTemplate }, ['template']),
    workerGroupSpecs: listOf(
      fields(
        {
          groupName: text,
          replicas: integer(0),
          minReplicas: integer(0),
          maxReplicas: integer(0),
          numOfHosts: integer(1),
          suspend: truth,
          template: podTemplate,
        },
        ['template'],
      ),
    ),
  },
  ['headGroupSpec'],
)

/** RayCluster (ray.io): a head, and `replicas × numOfHosts` workers per group. */
export const rayCluster: WorkloadKind = {
  kind: 'RayCluster',
  groups: [group],
  spec: clusterSpec,
  parts: (object) => clusterParts(object, valueAt(object, 'spec')),
  isGang: () => true,
  isSuspended: (object) => valueAt(object, 'spec', 'suspend') === true,
}

/** RayJob (ray.io): the cluster that it brings up. The small pod that submits the job is left out. */
export const rayJob: WorkloadKind = {
  kind: 'RayJob',
  groups: [group],
  spec: fields({ suspend: truth, rayClusterSpec: clusterSpec }),
  parts: (object) => clusterParts(object, valueAt(object, 'spec', 'rayClusterSpec')),
  isGang: () => true,
  isSuspended: (object) => valueAt(object, 'spec', 'suspend') === true,
}

/** RayService (ray.io): the cluster that serves. */
export const rayService: WorkloadKind = {
  kind: 'RayService',
  groups: [group],
  spec: fields({ rayClusterConfig: clusterSpec }, ['rayClusterConfig']),
  parts: (object) => clusterParts(object, valueAt(object, 'spec', 'rayClusterConfig')),
  isGang: () => true,
}

/** Source: ray-project/kuberay ray-operator/controllers/ray/utils `GetWorkerGroupDesiredReplicas`. */
function clusterParts(object: JsonObject, spec: unknown): readonly WorkloadPart[] {
  // A RayJob that picks a running cluster brings up none.
  if (valueAt(spec, 'headGroupSpec') === undefined) return []
  const name = textAt(object, 'metadata', 'name') ?? ''
  const owner = { kind: 'RayCluster', name }
  const head = {
    part: 'head',
    base: `${name}-head`,
    template: valueAt(spec, 'headGroupSpec', 'template'),
    replicas: 1,
    labels: { 'ray.io/cluster': name, 'ray.io/node-type': 'head', 'ray.io/group': 'headgroup' },
    owner,
  }
  const workers = listAt(spec, 'workerGroupSpecs').map((worker, index) => {
    const groupName = textAt(worker, 'groupName') ?? String(index)
    const least = numberAt(worker, 'minReplicas') ?? 0
    const most = numberAt(worker, 'maxReplicas') ?? Number.MAX_SAFE_INTEGER
    const wanted = Math.min(most, Math.max(least, numberAt(worker, 'replicas') ?? least))
    return {
      part: groupName,
      base: `${name}-${groupName}-worker`,
      template: valueAt(worker, 'template'),
      replicas: valueAt(worker, 'suspend') === true ? 0 : wanted * (numberAt(worker, 'numOfHosts') ?? 1),
      labels: { 'ray.io/cluster': name, 'ray.io/node-type': 'worker', 'ray.io/group': groupName },
      owner,
    }
  })
  return [head, ...workers]
}
