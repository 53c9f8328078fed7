import type { Unknown } from '../cluster/cluster.ts'
import type { Problem } from '../cluster/problem.ts'
import type { KubernetesSource } from '../read/kubernetes/kubernetes-input.ts'
import { type KubernetesSources, openKubernetesSources } from '../read/kubernetes/open-kubernetes-sources.ts'
import type { CliContext } from './context.ts'
import { headLength, jsonKind } from './json-kind.ts'
import type { SimulateFlags } from './simulate-flags.ts'

/** What a simulation reads Kubernetes objects from. */
export type SimulateInput = {
  readonly sources: readonly KubernetesSource[]
  readonly problems: readonly Problem[]
  /** What `--from-cluster` could not list; complete once the sources have been read. */
  readonly unread: () => readonly Unknown[]
}

/**
 * The Kubernetes objects that a command line names: the cluster that kubectl reaches (`--from-cluster`), then files,
 * folders and standard input. The commands that record the cluster are told on stderr.
 */
export async function openInput(
  context: CliContext,
  flags: SimulateFlags,
  files: readonly string[],
): Promise<SimulateInput> {
  const given = await withoutClusters(context, flags, files)
  if (!flags.fromCluster) return { ...given, unread: () => [] }
  // Most runs record no cluster, and need not load what does.
  const [{ clusterDumpCommands, openClusterDump }, { findOnPath }] = await Promise.all([
    import('../read/live/cluster-dump.ts'),
    import('../terraform/find-terraform.ts'),
  ])
  const { env, stderr } = context.process
  const program = findOnPath('kubectl', env)
  if (program === undefined)
    return { ...given, problems: [kubectlMissing(clusterDumpCommands()), ...given.problems], unread: () => [] }
  if (!flags.quiet) stderr.write(`${clusterDumpCommands().join('\n')}\n`)
  const dump = openClusterDump({ program, env })
  return { sources: [...dump.sources, ...given.sources], problems: given.problems, unread: dump.unread }
}

/**
 * What the files of `-f` are, without plans and clusters of ours: in a folder they lie beside the workloads, which is told,
 * and one that is named by itself is a mistake.
 */
async function withoutClusters(
  context: CliContext,
  flags: SimulateFlags,
  files: readonly string[],
): Promise<KubernetesSources> {
  const given = await openKubernetesSources(files, context.process.stdin)
  const sources: KubernetesSource[] = []
  const problems: Problem[] = []
  for (const source of given.sources) {
    const kind = source.name.endsWith('.json') ? jsonKind(await headOf(source)) : 'other'
    if (kind === 'other') sources.push(source)
    else if (files.includes(source.name)) problems.push(notManifests(source.name, kind))
    else if (!flags.quiet)
      context.process.stderr.write(`${source.name} is left out: ${notObjects(kind)}, not Kubernetes objects\n`)
  }
  return { sources, problems: [...given.problems, ...problems] }
}

async function headOf({ open }: KubernetesSource): Promise<string> {
  let head = ''
  try {
    for await (const piece of open()) {
      head += piece
      if (head.length >= headLength) break
    }
  } catch {
    // Whoever reads it tells what is wrong with it.
  }
  return head.slice(0, headLength)
}

function notManifests(file: string, kind: 'plan' | 'cluster'): Problem {
  return {
    id: 'cluster-among-manifests',
    what: `${file} is ${notObjects(kind)}, not Kubernetes objects`,
    why: '-f takes workloads and other Kubernetes objects',
    fix: `name it as the cluster: --${kind} ${file}`,
  }
}

function notObjects(kind: 'plan' | 'cluster'): string {
  return kind === 'plan' ? 'a Terraform plan' : 'a cluster as --print-cluster prints it'
}

function kubectlMissing(commands: readonly string[]): Problem {
  return {
    id: 'kubectl-not-found',
    what: 'kubectl is not on the PATH, so that no cluster can be recorded from here',
    why: '--from-cluster runs the commands below',
    fix: 'run them where kubectl is, each into a file of its own, and give the folder with -f',
    detail: commands,
  }
}
