import type { Cluster } from '../../cluster/cluster.ts'
import { ProblemError } from '../../cluster/problem.ts'

/**
 * Reads a cluster in our own JSON form (`schemas/cluster.schema.json`); `file` names it in messages.
 * @throws ProblemError `cluster-json-malformed` with line and column, `cluster-json-invalid`.
 */
export function readClusterJson(_text: string, file = 'cluster.json'): Cluster {
  throw new ProblemError({ id: 'cluster-json-malformed', what: 'not written yet', at: { file } })
}

/** A cluster as JSON text that {@link readClusterJson} reads back, keys in the model's order, ended by a newline. */
export function clusterJson(cluster: Cluster): string {
  return `${JSON.stringify(cluster, undefined, 2)}\n`
}
