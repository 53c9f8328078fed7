import type { Problem } from '../cluster/problem.ts'
import type { KubernetesSource } from '../read/kubernetes/kubernetes-input.ts'
import { openKubernetesSources } from '../read/kubernetes/open-kubernetes-sources.ts'
import type { CliContext } from './context.ts'
import type { SimulateFlags } from './simulate-flags.ts'

/** The Kubernetes objects that a command line names: files, folders and standard input. */
export function openInput(
  context: CliContext,
  _flags: SimulateFlags,
  files: readonly string[],
): Promise<{ readonly sources: readonly KubernetesSource[]; readonly problems: readonly Problem[] }> {
  return openKubernetesSources(files, context.process.stdin)
}
