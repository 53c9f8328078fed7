import { type JsonObject, listAt, numberAt, objectAt, textAt } from '../../../read/kubernetes/json.ts'
import type { KubernetesObject } from '../control-plane.ts'
import { createOwnedPod, deleteOwnedPod } from './create-owned-pod.ts'
import { deleteNow, type EmbeddedApi } from './embedded-api.ts'
import { isActivePod, isReadyPod, isTerminating, ownedObjects } from './owned-objects.ts'
import { recordEvent } from './record-event.ts'
import { kindNamed } from './resource-kind.ts'
import { timestamp } from './timestamp.ts'
import { type Condition, updateStatus, withConditions } from './update-status.ts'

const component = 'job-controller'
const indexKey = 'batch.kubernetes.io/job-completion-index'

/** Runs each Job's pods until enough have succeeded or too many failed. Source: pkg/controller/job. */
export async function reconcileJobs(api: EmbeddedApi): Promise<void> {
  for (const job of api.store.list(kindNamed('Job'))) {
    if (isTerminating(job)) continue
    if (!isFinished(job)) await reconcile(api, job)
    else if (hasOutlived(job)) {
      api.remove(kindNamed('Job'), job.metadata.namespace ?? '', job.metadata.name ?? '', deleteNow)
    }
  }
}

function isFinished(job: KubernetesObject): boolean {
  return listAt(job, 'status', 'conditions').some(
    (condition) =>
      ['Complete', 'Failed'].includes(textAt(condition, 'type') ?? '') && textAt(condition, 'status') === 'True',
  )
}

/** Whether `ttlSecondsAfterFinished` has passed. */
function hasOutlived(job: KubernetesObject): boolean {
  const seconds = numberAt(job, 'spec', 'ttlSecondsAfterFinished')
  const ends = listAt(job, 'status', 'conditions').map((condition) =>
    Date.parse(textAt(condition, 'lastTransitionTime') ?? ''),
  )
  return seconds !== undefined && Date.now() >= Math.max(...ends) + seconds * 1000
}

/** Whether `activeDeadlineSeconds` has passed. */
function isOverdue(job: KubernetesObject): boolean {
  const seconds = numberAt(job, 'spec', 'activeDeadlineSeconds')
  const start = Date.parse(textAt(job, 'status', 'startTime') ?? '')
  return seconds !== undefined && Date.now() >= start + seconds * 1000
}

async function reconcile(api: EmbeddedApi, job: KubernetesObject): Promise<void> {
  const pods = (): readonly KubernetesObject[] => ownedObjects(api.store, 'Pod', job)
  const inPhase = (phase: string): readonly KubernetesObject[] =>
    pods().filter((pod) => textAt(pod, 'status', 'phase') === phase)
  const completions = numberAt(job, 'spec', 'completions')
  const parallelism = numberAt(job, 'spec', 'parallelism') ?? 1
  const suspended = objectAt(job, 'spec')['suspend'] === true
  const succeeded = inPhase('Succeeded')
  const failed = inPhase('Failed').length
  const active = pods().filter(isActivePod)

  const tooMany = failed > (numberAt(job, 'spec', 'backoffLimit') ?? 6)
  const overdue = isOverdue(job)
  const hopeless = tooMany || overdue
  // Without completions, the first success ends the work once the others are through.
  const complete =
    completions === undefined ? succeeded.length > 0 && active.length === 0 : succeeded.length >= completions
  const more =
    completions === undefined
      ? succeeded.length > 0
        ? 0
        : parallelism - active.length
      : Math.min(parallelism, completions - succeeded.length) - active.length
  if (hopeless || suspended) for (const pod of active) deleteOwnedPod(api, job, pod, component)
  else if (!complete) await createPods(api, job, more, [...active, ...succeeded])

  const now = timestamp()
  const running = pods().filter(isActivePod)
  const status: JsonObject = {
    ...(!suspended && { startTime: textAt(job, 'status', 'startTime') ?? now }),
    ...(running.length > 0 && { active: running.length }),
    ...(succeeded.length > 0 && { succeeded: succeeded.length }),
    ...(failed > 0 && { failed }),
    ready: running.filter(isReadyPod).length,
    terminating: pods().filter(isTerminating).length,
    uncountedTerminatedPods: {},
  }
  if (!hopeless && !complete) {
    const conditions = suspension(job, suspended)
    updateStatus(api.store, job, { ...status, ...(conditions.length > 0 && { conditions }) })
    return
  }
  const failure = overdue ? deadlineExceeded : backoffLimitExceeded
  updateStatus(api.store, job, {
    ...status,
    ...(complete && { completionTime: now }),
    conditions: withConditions(job, complete ? completed : failedConditions(failure)),
  })
  recordEvent(api.store, job, {
    type: complete ? 'Normal' : 'Warning',
    reason: complete ? 'Completed' : failure.reason,
    message: complete ? 'Job completed' : failure.message,
    component,
  })
}

const reached = 'Reached expected number of succeeded pods'
const completed: readonly Condition[] = [
  { type: 'SuccessCriteriaMet', status: 'True', reason: 'CompletionsReached', message: reached },
  { type: 'Complete', status: 'True', reason: 'CompletionsReached', message: reached },
]
type Failure = { readonly reason: string; readonly message: string }
const backoffLimitExceeded: Failure = {
  reason: 'BackoffLimitExceeded',
  message: 'Job has reached the specified backoff limit',
}
const deadlineExceeded: Failure = {
  reason: 'DeadlineExceeded',
  message: 'Job was active longer than specified deadline',
}

function failedConditions(failure: Failure): readonly Condition[] {
  return [
    { type: 'FailureTarget', status: 'True', ...failure },
    { type: 'Failed', status: 'True', ...failure },
  ]
}

function suspension(job: KubernetesObject, suspended: boolean): readonly unknown[] {
  const conditions = listAt(job, 'status', 'conditions')
  const known = conditions.some((condition) => textAt(condition, 'type') === 'Suspended')
  if (!suspended && !known) return conditions
  return withConditions(job, [
    suspended
      ? { type: 'Suspended', status: 'True', reason: 'JobSuspended', message: 'Job suspended' }
      : { type: 'Suspended', status: 'False', reason: 'JobResumed', message: 'Job resumed' },
  ])
}

async function createPods(
  api: EmbeddedApi,
  job: KubernetesObject,
  count: number,
  existing: readonly KubernetesObject[],
): Promise<void> {
  const indexed = textAt(job, 'spec', 'completionMode') === 'Indexed'
  const taken = new Set(existing.map(({ metadata }) => metadata.annotations?.[indexKey]))
  let index = 0
  for (let missing = count; missing > 0; missing -= 1) {
    while (taken.has(String(index))) index += 1
    const label = { [indexKey]: String(index) }
    const refusal = await createOwnedPod(
      api,
      job,
      indexed
        ? {
            component,
            labels: label,
            annotations: label,
            prefix: `${job.metadata.name}-${index}`,
            spec: { hostname: `${job.metadata.name}-${index}`, containers: withIndex(job) },
          }
        : { component },
    )
    if (refusal !== undefined) return
    if (indexed) taken.add(String(index))
  }
}

/** Every container of an indexed job reads its index from `JOB_COMPLETION_INDEX`. */
function withIndex(job: KubernetesObject): readonly unknown[] {
  const fieldRef = { apiVersion: 'v1', fieldPath: `metadata.labels['${indexKey}']` }
  return listAt(job, 'spec', 'template', 'spec', 'containers').map((container) => ({
    ...objectAt(container),
    env: [...listAt(container, 'env'), { name: 'JOB_COMPLETION_INDEX', valueFrom: { fieldRef } }],
  }))
}
