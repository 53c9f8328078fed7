import type { Cluster } from '../cluster/cluster.ts'
import { noObjects } from '../cluster/cluster-objects.ts'
import { ProblemError } from '../cluster/problem.ts'
import type { CliContext } from './context.ts'
import { headLength, jsonKind } from './json-kind.ts'
import { openPlanSource, plannedClusterOptions, sourceName, sourceText } from './plan-source.ts'
import type { SimulateFlags } from './simulate-flags.ts'
import { newestKubernetesVersion } from './simulate-options.ts'

/** What a path that a user names stands for. */
export type NamedSource =
  | { readonly kind: 'cluster'; readonly cluster: Cluster }
  /** Kubernetes objects, which take the place of those of `-f`. */
  | { readonly kind: 'manifests' }

/**
 * The cluster that a command line names: a Terraform directory, a cluster in TypeScript, a plan in JSON, a cluster of ours in JSON,
 * `-` for either of the last two on standard input. Without any, one without node groups, for recorded nodes.
 */
export async function readClusterSource(
  context: CliContext,
  flags: SimulateFlags,
  source: string | undefined,
): Promise<Cluster> {
  if (flags.cluster !== undefined) {
    if (source !== undefined || flags.plan !== undefined)
      throw contradiction(`--cluster ${flags.cluster}`, flags.plan === undefined ? source : `--plan ${flags.plan}`)
    const { readClusterJson } = await import('../read/config/cluster-json.ts')
    return readClusterJson(await sourceText(context, flags.cluster), sourceName(flags.cluster))
  }
  // A directory beside --plan is the one that the plan is of.
  const path = flags.plan ?? source
  if (path === undefined) return bareCluster(flags.fromCluster ? await recordedVersion(context) : undefined)
  const named = await readNamedSource(context, flags, path)
  if (named.kind === 'cluster') return named.cluster
  throw new ProblemError({
    id: 'cluster-source-unknown',
    what: `${path} is neither a Terraform directory, nor a cluster.ts, nor a plan in JSON, nor a cluster in JSON.`,
    fix: 'give workloads with -f; a plan is what "terraform show -json PLAN" prints, a cluster what --print-cluster prints',
  })
}

/** Tells by its content what a path is, and reads it when it is a cluster. */
export async function readNamedSource(context: CliContext, flags: SimulateFlags, path: string): Promise<NamedSource> {
  const source = await openPlanSource(context, path, flags, 'simulate')
  if (source.kind === 'plan') return { kind: 'cluster', cluster: await clusterOf(context, flags, source.plan) }
  if (source.kind === 'text' && jsonKind(source.text.slice(0, headLength)) === 'cluster') {
    const { readClusterJson } = await import('../read/config/cluster-json.ts')
    return { kind: 'cluster', cluster: readClusterJson(source.text, sourceName(path)) }
  }
  return { kind: 'manifests' }
}

async function clusterOf(
  context: CliContext,
  flags: SimulateFlags,
  plan: import('../read/terraform/plan-json.ts').PlanJson,
): Promise<Cluster> {
  const { readPlannedCluster } = await import('../read/terraform/planned-cluster.ts')
  return readPlannedCluster(plan, plannedClusterOptions(context, flags.clusterName))
}

/** The version of the cluster that kubectl reaches. */
async function recordedVersion(context: CliContext): Promise<string | undefined> {
  const [{ findOnPath }, { readServerVersion }] = await Promise.all([
    import('../terraform/find-terraform.ts'),
    import('../read/live/server-version.ts'),
  ])
  const { env } = context.process
  const program = findOnPath('kubectl', env)
  const version = program === undefined ? undefined : await readServerVersion({ program, env })
  return version?.replace(/^v/, '').replace(/[-+].*$/, '')
}

/** A cluster of which nothing is known but its version, and what Kubernetes objects say. */
function bareCluster(version: string = newestKubernetesVersion()): Cluster {
  return {
    name: 'recorded',
    kubernetesVersion: version,
    nodeGroups: [],
    nodes: [],
    pods: [],
    daemonSets: [],
    systemWorkloads: [],
    objects: noObjects,
    unknowns: [],
  }
}

function contradiction(one: string, other: string | undefined): ProblemError {
  return new ProblemError({
    id: 'flags-contradict',
    what: `${one} and ${other} both name a cluster.`,
    fix: 'leave one of them out; --compare takes a second one',
  })
}
