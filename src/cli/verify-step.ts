import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { ClusterStatus } from '../read/live/cluster-status.ts'
import { answersAt } from '../read/live/endpoint-reach.ts'
import { type AwsAccess, readStatusThroughInstaller } from '../read/live/installer-status.ts'
import { kubeconfigFor } from '../read/live/kubeconfig.ts'
import type { Kubectl } from '../read/live/kubectl.ts'
import { readStatusThroughKubectl } from '../read/live/kubectl-status.ts'
import { type Check, verify } from '../read/live/verification.ts'
import type { AppliedCluster } from '../read/terraform/applied-cluster.ts'
import { findOnPath } from '../terraform/find-terraform.ts'
import type { OpenJob } from './open-job.ts'

/** How a cluster is reached for its checks. */
export type ClusterAccess = {
  /** Absent where kubectl is missing or the endpoint does not answer from here. */
  readonly kubectl: Kubectl | undefined
  readonly aws: AwsAccess
}

/** What the checks found, or why they could not be made. */
export type VerifyEnd =
  | { readonly end: 'checked'; readonly through: 'kubectl' | 'installer'; readonly checks: readonly Check[] }
  | { readonly end: 'unreachable'; readonly reasons: readonly string[] }
  | { readonly end: 'interrupted' }

/** Finds the ways to a cluster: kubectl when it is installed and the endpoint answers, and AWS. */
export async function accessTo(
  job: OpenJob,
  cluster: AppliedCluster,
  localKubeconfig: string | undefined,
): Promise<ClusterAccess> {
  const { env } = job.workspace
  const aws = { ...(cluster.region !== '' && { region: cluster.region }), ...job.place.aws }
  const program = findOnPath('kubectl', env)
  if (program === undefined || !(await answersAt(cluster.endpoint))) return { kubectl: undefined, aws }
  if (localKubeconfig !== undefined) return { kubectl: { program, kubeconfig: localKubeconfig, env }, aws }
  if (findOnPath('aws', env) === undefined) return { kubectl: undefined, aws }
  const kubeconfig = join(job.workspace.folder, `kubeconfig-${cluster.name}`)
  writeFileSync(kubeconfig, kubeconfigFor(cluster), { mode: 0o600 })
  return { kubectl: { program, kubeconfig, env }, aws }
}

/**
 * Looks at a cluster until everything is as it should be or time is up; the last look counts.
 * @param patienceMs milliseconds.
 */
export async function verifyStep(
  job: OpenJob,
  cluster: AppliedCluster,
  access: ClusterAccess,
  patienceMs: number,
): Promise<VerifyEnd> {
  const { progress, stop } = job
  stop.phase = 'checking'
  const step = progress.step(`Verify ${cluster.name}`)
  const deadline = Date.now() + patienceMs
  for (;;) {
    const look = await lookAt(cluster, access)
    const checks = 'status' in look ? verify(cluster.expected, look.status) : []
    const wrong = checks.filter(({ ok }) => !ok)
    if ('status' in look && wrong.length === 0) {
      step.succeed()
      return { end: 'checked', through: look.through, checks }
    }
    if (Date.now() >= deadline || (look.reasons.length === 0 && !('status' in look))) {
      step.fail('status' in look ? `${wrong.length} checks failed` : 'not reachable')
      return 'status' in look
        ? { end: 'checked', through: look.through, checks }
        : { end: 'unreachable', reasons: look.reasons }
    }
    step.detail(
      'status' in look
        ? wrong.map(({ subject, group, found, wanted }) => `${group ?? subject} ${found} of ${wanted}`).join(', ')
        : (look.reasons.at(-1) ?? ''),
    )
    try {
      await pause(2_000, undefined, { signal: stop.interrupt })
    } catch {
      step.fail('interrupted')
      return { end: 'interrupted' }
    }
  }
}

type Look =
  | { readonly status: ClusterStatus; readonly through: 'kubectl' | 'installer'; readonly reasons: readonly string[] }
  | { readonly reasons: readonly string[] }

async function lookAt(cluster: AppliedCluster, access: ClusterAccess): Promise<Look> {
  const reasons: string[] = []
  if (access.kubectl !== undefined) {
    const answer = await readStatusThroughKubectl(access.kubectl, cluster.name)
    if ('status' in answer) return { status: answer.status, through: 'kubectl', reasons }
    reasons.push(`kubectl: ${answer.failed}`)
  }
  if (cluster.installerFunction !== undefined) {
    const answer = await readStatusThroughInstaller(cluster.installerFunction, access.aws)
    if ('status' in answer) return { status: answer.status, through: 'installer', reasons }
    reasons.push(`installer: ${answer.failed}`)
  }
  return { reasons }
}
