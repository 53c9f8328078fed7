import type { Unknown } from '../cluster/cluster.ts'
import type { Problem } from '../cluster/problem.ts'
import type { KubernetesSource } from '../read/kubernetes/kubernetes-input.ts'
import { openKubernetesSources } from '../read/kubernetes/open-kubernetes-sources.ts'
import type { CliContext } from './context.ts'
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
  const given = await openKubernetesSources(files, context.process.stdin)
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

function kubectlMissing(commands: readonly string[]): Problem {
  return {
    id: 'kubectl-not-found',
    what: 'kubectl is not on the PATH, so that no cluster can be recorded from here',
    why: '--from-cluster runs the commands below',
    fix: 'run them where kubectl is, each into a file of its own, and give the folder with -f',
    detail: commands,
  }
}
