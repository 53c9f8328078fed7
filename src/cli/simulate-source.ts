import { readFile, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Cluster } from '../cluster/cluster.ts'
import { noObjects } from '../cluster/cluster-objects.ts'
import { ProblemError } from '../cluster/problem.ts'
import type { CliContext } from './context.ts'
import { headLength, jsonKind } from './json-kind.ts'
import type { SimulateFlags } from './simulate-flags.ts'
import { newestKubernetesVersion } from './simulate-options.ts'

/** What a path that a user names stands for. */
export type NamedSource =
  | { readonly kind: 'cluster'; readonly cluster: Cluster }
  /** Kubernetes objects, which take the place of those of `-f`. */
  | { readonly kind: 'manifests' }

/**
 * The cluster that a command line names: a Terraform directory, a plan in JSON, a cluster of ours in JSON, `-` for either
 * of the two on standard input. Without any, one without node groups, for recorded nodes.
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
    return readClusterJson(await textOf(context, flags.cluster), nameOf(flags.cluster))
  }
  // A directory beside --plan is the one that the plan is of.
  const path = flags.plan ?? source
  if (path === undefined) return bareCluster(flags.fromCluster ? await recordedVersion(context) : undefined)
  const named = await readNamedSource(context, flags, path)
  if (named.kind === 'cluster') return named.cluster
  throw new ProblemError({
    id: 'cluster-source-unknown',
    what: `${path} is neither a Terraform directory, nor a plan in JSON, nor a cluster in JSON.`,
    fix: 'give workloads with -f; a plan is what "terraform show -json PLAN" prints, a cluster what --print-cluster prints',
  })
}

/** Tells by its content what a path is, and reads it when it is a cluster. */
export async function readNamedSource(context: CliContext, flags: SimulateFlags, path: string): Promise<NamedSource> {
  if (path !== '-' && (await isDirectory(context, path))) {
    if (!(await holdsTerraform(context, path))) return { kind: 'manifests' }
    const { planDirectory } = await import('./plan-directory.ts')
    return { kind: 'cluster', cluster: await clusterOf(context, flags, await planDirectory(context, path, flags)) }
  }
  const text = await textOf(context, path)
  // Both forms say what they are within their first lines; a plan in binary form is told by the reader.
  const kind = jsonKind(text.slice(0, headLength))
  if (kind === 'plan' || text.startsWith('PK\u0003\u0004')) {
    const { parsePlanText, readPlanFile } = await import('../read/terraform/read-plan-file.ts')
    const isBinary = text.startsWith('PK') && path !== '-'
    const plan = isBinary ? await readPlanFile(path) : parsePlanText(text, nameOf(path))
    return { kind: 'cluster', cluster: await clusterOf(context, flags, plan) }
  }
  if (kind === 'cluster') {
    const { readClusterJson } = await import('../read/config/cluster-json.ts')
    return { kind: 'cluster', cluster: readClusterJson(text, nameOf(path)) }
  }
  return { kind: 'manifests' }
}

async function clusterOf(
  context: CliContext,
  flags: SimulateFlags,
  plan: import('../read/terraform/plan-json.ts').PlanJson,
): Promise<Cluster> {
  const { readPlannedCluster } = await import('../read/terraform/planned-cluster.ts')
  const { env } = context.process
  const region = env['AWS_REGION'] || env['AWS_DEFAULT_REGION']
  return readPlannedCluster(plan, {
    ...(flags.clusterName !== undefined && { cluster: flags.clusterName }),
    ...(region !== undefined && region !== '' && { region }),
  })
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

async function isDirectory(context: CliContext, path: string): Promise<boolean> {
  try {
    return (await stat(resolve(context.process.cwd(), path))).isDirectory()
  } catch {
    return false
  }
}

async function holdsTerraform(context: CliContext, path: string): Promise<boolean> {
  const { readdir } = await import('node:fs/promises')
  const names = await readdir(resolve(context.process.cwd(), path))
  return names.some((name) => name.endsWith('.tf') || name.endsWith('.tf.json') || name.endsWith('.tofu'))
}

async function textOf(context: CliContext, path: string): Promise<string> {
  if (path === '-') {
    const pieces: string[] = []
    const decoder = new TextDecoder()
    for await (const piece of context.process.stdin)
      pieces.push(typeof piece === 'string' ? piece : decoder.decode(piece, { stream: true }))
    return pieces.join('') + decoder.decode()
  }
  try {
    return await readFile(resolve(context.process.cwd(), path), 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    throw new ProblemError(
      {
        id: 'source-unreadable',
        what: `${path} cannot be read.`,
        why: code === 'ENOENT' ? 'There is no such file or folder.' : `The system says ${code}.`,
        fix: 'name a Terraform directory, a plan in JSON or a cluster in JSON; paths are relative to where you are',
      },
      { cause: error },
    )
  }
}

function nameOf(path: string): string {
  return path === '-' ? 'standard input' : path
}

function contradiction(one: string, other: string | undefined): ProblemError {
  return new ProblemError({
    id: 'flags-contradict',
    what: `${one} and ${other} both name a cluster.`,
    fix: 'leave one of them out; --compare takes a second one',
  })
}
