import type { BundleObject } from './bundle.ts'
import { podsOf } from './deployment-pods.ts'
import { objectPath, type ResourceLocation } from './discovery.ts'
import { failed } from './installer-error.ts'
import { isRecord, listAt, numberAt, textAt, valueAt } from './json.ts'
import { nameObject, type ObjectReference } from './object-reference.ts'
import { explainRollout } from './rollout-report.ts'
import type { Run } from './run.ts'

/** Between looks: often at first, when a warm image starts at once, then less. */
const pollMs = { first: 1_000, later: 3_000, laterAfter: 15_000 } as const
/** Left at the end of the run to find out what blocks. */
const reportMs = 30_000
const maxRestarts = 3
/** A new Pod Identity association takes a few seconds to reach the admission webhook; doubled with each restart. */
const restartPauseMs = 10_000

/** Environment variable that the Pod Identity webhook puts into a pod, at its admission only. */
export const podIdentityVariable = 'AWS_CONTAINER_CREDENTIALS_FULL_URI'

/**
 * Waits until the bundle's Cluster Autoscaler (every Deployment labelled `app=cluster-autoscaler`) is available, as
 * `kubectl rollout status` would, and has Pod Identity credentials; restarts its rollout when its new pods were admitted
 * without them, up to three times. Returns notes. Throws `InstallerFailed` that names the pods which block and why.
 */
export async function waitForAutoscaler(run: Run, objects: readonly BundleObject[]): Promise<readonly string[]> {
  const notes: string[] = []
  for (const object of objects) {
    if (object.kind !== 'Deployment' || textAt(object.manifest, 'metadata', 'labels', 'app') !== 'cluster-autoscaler')
      continue
    const location = await run.discovery.locate(object.apiVersion, object.kind)
    if (location !== undefined) notes.push(...(await waitForDeployment(run, location, object)))
  }
  return notes
}

async function waitForDeployment(
  run: Run,
  location: ResourceLocation,
  object: BundleObject,
): Promise<readonly string[]> {
  const title = nameObject(object)
  const started = run.clock.now()
  let restarts = 0
  let nextRestartAt = 0
  let said = ''
  for (;;) {
    const { body: live } = await run.api.send({
      method: 'GET',
      path: objectPath(location, object),
      what: `read ${title}`,
    })
    const progress = readProgress(live)
    const pods = await podsOf(run, live)
    const bare = pods.filter((pod) => !hasVariable(pod))
    if (progress.state !== said) run.log('rollout', { object: title, state: progress.state, restarts })
    said = progress.state

    const now = run.clock.now()
    if (progress.done && (pods.length > 0 || progress.replicas === 0) && bare.length === 0) {
      run.log('rollout', { object: title, state: 'available', restarts })
      return restarts === 0 ? [] : [restartNote(title, restarts)]
    }
    if (now >= run.deadline - reportMs) {
      const waited = `${Math.round((now - started) / 1000)} seconds`
      const credentials = bare.length === 0 ? '' : ` ${withoutCredentials(bare)}`
      throw failed(
        `${title} did not become available within ${waited}: ${progress.state}. ${await explainRollout(run, live, pods)}${credentials} The next apply goes on from here.`,
      )
    }
    if (progress.observed && bare.length > 0 && now >= nextRestartAt) {
      if (restarts === maxRestarts) {
        throw failed(
          `${title} gets no AWS credentials, also after ${maxRestarts} restarts. ${withoutCredentials(bare)}`,
        )
      }
      nextRestartAt = now + restartPauseMs * 2 ** restarts
      restarts += 1
      await restart(run, location, object)
    }
    await run.clock.sleep(now - started < pollMs.laterAfter ? pollMs.first : pollMs.later)
  }
}

function restartNote(title: string, restarts: number): string {
  const times = restarts === 1 ? 'once' : `${restarts} times`
  return `${title} was restarted ${times}, so that its pods are admitted with Pod Identity credentials.`
}

function withoutCredentials(pods: readonly unknown[]): string {
  const names = pods.map((pod) => textAt(pod, 'metadata', 'name')).join(', ')
  return `Admitted without ${podIdentityVariable}: ${names}. Check that the add-on eks-pod-identity-agent is active and that the Pod Identity association of its service account exists, then apply again.`
}

type Progress = {
  readonly done: boolean
  readonly observed: boolean
  readonly replicas: number
  /** In words. */
  readonly state: string
}

/** The conditions of `kubectl rollout status` for a Deployment. */
function readProgress(live: unknown): Progress {
  const replicas = numberAt(live, 1, 'spec', 'replicas')
  const status = (name: string) => numberAt(live, 0, 'status', name)
  const updated = status('updatedReplicas')
  const available = status('availableReplicas')
  const observed = status('observedGeneration') >= numberAt(live, 0, 'metadata', 'generation')
  const done = observed && updated >= replicas && status('replicas') <= updated && available >= updated
  const state = observed
    ? `${available} of ${replicas} replicas available, ${updated} up to date, ${Math.max(0, status('replicas') - updated)} of an earlier version`
    : 'the deployment controller has not seen its latest version yet'
  return { done, observed, replicas, state }
}

function hasVariable(pod: unknown): boolean {
  return listAt(pod, 'spec', 'containers').some((container) =>
    listAt(container, 'env').some((variable) => textAt(variable, 'name') === podIdentityVariable),
  )
}

/**
 * As `kubectl rollout restart`: an annotation on the pod template. Under a field manager of its own, so that the next
 * apply, which does not name the annotation, neither removes it nor rolls the pods again.
 */
async function restart(run: Run, location: ResourceLocation, of: ObjectReference): Promise<void> {
  const at = new Date(run.clock.now()).toISOString()
  run.log('restart', { object: nameObject(of), why: `a pod lacks ${podIdentityVariable}` })
  await run.api.send({
    method: 'PATCH',
    path: `${objectPath(location, of)}?fieldManager=eks-gpu-clusters-restart`,
    what: `restart ${nameObject(of)}`,
    contentType: 'application/merge-patch+json',
    body: { spec: { template: { metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': at } } } } },
  })
}

/**
 * Notes for DaemonSets whose pods are not all ready. They are not waited for: GPU groups may have no node, and a node
 * that comes up later gets its pod anyway.
 */
export async function noteDaemonSets(run: Run, objects: readonly BundleObject[]): Promise<readonly string[]> {
  const notes: string[] = []
  for (const object of objects) {
    if (object.kind !== 'DaemonSet') continue
    const location = await run.discovery.locate(object.apiVersion, object.kind)
    if (location === undefined) continue
    const answer = await run.api.send({
      method: 'GET',
      path: objectPath(location, object),
      what: `read ${nameObject(object)}`,
      accept: [404],
    })
    if (!isRecord(valueAt(answer.body, 'status'))) continue
    const desired = numberAt(answer.body, 0, 'status', 'desiredNumberScheduled')
    const ready = numberAt(answer.body, 0, 'status', 'numberReady')
    if (ready < desired)
      notes.push(`${nameObject(object)}: ${ready} of ${desired} pods are ready so far; they are not waited for.`)
  }
  return notes
}
