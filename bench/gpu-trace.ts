import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { NodeKind, PodKind } from './gpu-cluster.ts'

/**
 * Kinds of nodes and pods of the real trace cluster-trace-gpu-v2023, which is no part of this project: a folder with
 * `openb_node_list_gpu_node.csv` and `openb_pod_list_default.csv`. Shares of a GPU are rounded up to whole ones.
 */
export function readGpuTrace(folder: string): {
  readonly nodes: readonly NodeKind[]
  readonly pods: readonly PodKind[]
} {
  const nodes = countRows(join(folder, 'openb_node_list_gpu_node.csv'), ['cpu_milli', 'memory_mib', 'gpu', 'model'])
  const pods = countRows(join(folder, 'openb_pod_list_default.csv'), ['cpu_milli', 'memory_mib', 'num_gpu'])
  return {
    nodes: nodes.map(({ values: [cpu = '', memory = '', gpus = ''], weight }) => ({
      cpu: Number(cpu) / 1000,
      memoryMib: Number(memory),
      gpus: Number(gpus),
      weight,
    })),
    pods: pods.map(({ values: [cpu = '', memory = '', gpus = ''], weight }) => ({
      milliCpu: Number(cpu),
      memoryMib: Number(memory),
      gpus: Number(gpus),
      weight,
    })),
  }
}

/** Distinct values of some columns and how many rows have them. */
function countRows(
  file: string,
  wanted: readonly string[],
): readonly { readonly values: readonly string[]; readonly weight: number }[] {
  const [header = '', ...lines] = readFileSync(file, 'utf8').trim().split(/\r?\n/)
  const names = header.split(',')
  const columns = wanted.map((name) => names.indexOf(name))
  const counts = new Map<string, number>()
  for (const line of lines) {
    const cells = line.split(',')
    const key = columns.map((column) => cells[column] ?? '').join(',')
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  return [...counts].map(([key, weight]) => ({ values: key.split(','), weight }))
}
