import type { CrowdedSubnet } from '../read/live/crowded-subnets.ts'
import { type AnsweredCommand, answerCommands, verifyCommands } from '../read/live/verify-commands.ts'
import type { AppliedCluster } from '../read/terraform/applied-cluster.ts'
import type { PlanCost } from '../read/terraform/plan-cost.ts'
import type { PlanSummary } from '../read/terraform/plan-summary.ts'
import type { SizeConflict } from '../read/terraform/size-conflicts.ts'
import { formatChecks, formatCommands } from '../report/verification-text.ts'
import { shellWord } from './command-line.ts'
import { outPaint, print } from './context.ts'
import type { OpenJob } from './open-job.ts'
import type { RunFacts } from './steps.ts'
import type { UpFlags } from './up-flags.ts'
import { accessTo, type VerifyEnd, verifyStep } from './verify-step.ts'

/** What was found out about one cluster after an apply. */
export type ClusterReport = {
  readonly cluster: AppliedCluster
  readonly kubeconfig: string | undefined
  readonly verification: VerifyEnd
  readonly commands: readonly AnsweredCommand[]
  /** Whether all checks hold; checks that could not be made count against it. */
  readonly ok: boolean
}

/** Milliseconds that a cluster has to become right; real nodes start their device plugin within some minutes. */
const patienceMs = { local: 120_000, real: 600_000 } as const

/** Verifies a cluster, and on standard output says what it found and what the verify commands answer. */
export async function reportCluster(job: OpenJob, cluster: AppliedCluster, flags: UpFlags): Promise<ClusterReport> {
  const { context, place } = job
  const kubeconfig = await place.local?.kubeconfigOf(cluster.name)
  const access = await accessTo(job, cluster, kubeconfig)
  const verification = await verifyStep(job, cluster, access, flags.local ? patienceMs.local : patienceMs.real)
  const commands =
    verification.end === 'interrupted' ? [] : await answerCommands(verifyCommands(cluster), access.kubectl)
  const ok = verification.end === 'checked' && verification.checks.every((check) => check.ok)
  if (flags.format === 'human') {
    const paint = outPaint(context)
    if (verification.end === 'checked')
      print(context, `\n${formatChecks(verification.checks, verification.through, paint)}`)
    else if (verification.end === 'unreachable')
      print(
        context,
        [
          `\n${paint('bad', 'Not verified:')} the cluster stands, but nothing here reaches it.`,
          ...verification.reasons.map((reason) => `  ${reason}`),
        ].join('\n'),
      )
    if (commands.length > 0) {
      print(context, `\n${paint('strong', 'See for yourself:')}`)
      for (const line of exportsFor(job, kubeconfig)) print(context, `$ ${paint('name', line)}`)
      print(context, formatCommands(commands, paint))
      if (access.kubectl === undefined && commands.some(({ answer }) => answer === undefined))
        print(
          context,
          paint(
            'faint',
            'kubectl does not reach the endpoint from here; "terraform output access" lists the ways to it.',
          ),
        )
    }
  }
  return { cluster, kubeconfig, verification, commands, ok }
}

/** Shell lines that point kubectl and the AWS CLI at a local environment. */
function exportsFor(job: OpenJob, kubeconfig: string | undefined): readonly string[] {
  const { local } = job.place
  if (local === undefined) return []
  const assignments = Object.entries(local.variables).map(([name, value]) => `${name}=${shellWord(value)}`)
  return [
    `export ${assignments.join(' ')}`,
    ...(kubeconfig === undefined ? [] : [`export KUBECONFIG=${shellWord(kubeconfig)}`]),
  ]
}

/** Says how to go on from here. */
export function writeNextSteps(job: OpenJob, facts: RunFacts, reports: readonly ClusterReport[]): void {
  const { context } = job
  const paint = outPaint(context)
  const lines = ['', paint('strong', 'Next:')]
  if (reports.length > 0)
    lines.push('  run a pod with toleration nvidia.com/gpu (Exists, NoSchedule) and limit nvidia.com/gpu: 1')
  if (facts.local) lines.push(`  eks-gpu local status   ${paint('faint', '# shows what runs on this machine')}`)
  lines.push(`  ${facts.down}   ${paint('faint', '# takes all of it down again')}`)
  print(context, lines.join('\n'))
}

/** What the plan said, kept for the result. */
export type Planned = {
  readonly summary: PlanSummary
  readonly cost: PlanCost
  readonly conflicts: readonly SizeConflict[]
  /** `null` where AWS did not say how much room the subnets have. */
  readonly crowded: readonly CrowdedSubnet[] | null
}

/** The result as one JSON document. */
export function resultJson(planned: Planned, reports: readonly ClusterReport[]): unknown {
  const { summary, cost, conflicts, crowded } = planned
  return {
    schemaVersion: 1,
    plan: {
      counts: summary.counts,
      clusters: summary.clusters,
      nodeGroups: summary.nodeGroups.map((group) => ({
        ...group,
        usdPerHour: cost.nodeGroups.get(group.address) ?? null,
      })),
      usdPerHour: cost.total,
      controlPlanes: Object.fromEntries(cost.clusters),
      pricesAsOf: cost.pricesAsOf,
      priceRegion: cost.priceRegion,
      unpriced: cost.unpriced,
      prepaid: cost.prepaid,
      sizeConflicts: conflicts,
      crowdedSubnets: crowded,
    },
    clusters: reports.map(({ cluster, kubeconfig, verification, commands, ok }) => ({
      name: cluster.name,
      region: cluster.region,
      endpoint: cluster.endpoint,
      kubeconfig: kubeconfig ?? null,
      ok,
      verification,
      commands,
    })),
  }
}
