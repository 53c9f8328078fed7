import type { ClusterStatus } from './cluster-status.ts'

/** What the cluster should be after an apply. */
export type Expectation = {
  readonly nodeGroups: readonly ExpectedGroup[]
  /** Whether the module installed device plugin and autoscaler. */
  readonly installed: boolean
  /** Whether an autoscaler is among what was installed. */
  readonly autoscaler: boolean
}

export type ExpectedGroup = {
  /** What a person calls it. */
  readonly label: string
  /** Its name in EKS, on its nodes' label `eks.amazonaws.com/nodegroup`. */
  readonly name: string
  /** Nodes. */
  readonly desired: number
  /** GPUs of one node; `null` when the catalogue does not know, 0 without. */
  readonly gpusPerNode: number | null
}

/** One thing that was looked at. */
export type Check = {
  readonly subject: 'nodes' | 'gpus' | 'device-plugin' | 'autoscaler'
  /** Node group, where it is about one. */
  readonly group?: string
  readonly wanted: number
  readonly found: number
  readonly ok: boolean
  /** What is behind a figure that is not right. */
  readonly note?: string
}

/** Compares a cluster with what it should be. The autoscaler may have added nodes: more than wanted is right. */
export function verify(expected: Expectation, status: ClusterStatus): readonly Check[] {
  const checks: Check[] = []
  for (const group of expected.nodeGroups) {
    const nodes = nodesOf(group, status)
    const ready = nodes.filter((node) => node.ready)
    const waiting = nodes.filter((node) => !node.ready).map(({ name }) => name)
    checks.push({
      subject: 'nodes',
      group: group.label,
      wanted: group.desired,
      found: ready.length,
      ok: ready.length >= group.desired,
      ...(waiting.length > 0 && { note: `not ready: ${waiting.join(', ')}` }),
    })
  }
  for (const group of expected.nodeGroups) {
    if (group.gpusPerNode === 0) continue
    const nodes = nodesOf(group, status)
    const wanted = group.desired * (group.gpusPerNode ?? 1)
    const found = nodes.reduce((sum, { gpusAllocatable }) => sum + gpusAllocatable, 0)
    const without = nodes.filter(({ gpusAllocatable }) => gpusAllocatable === 0).map(({ name }) => name)
    checks.push({
      subject: 'gpus',
      group: group.label,
      wanted,
      found,
      ok: found >= wanted,
      ...(without.length > 0 && { note: `none on ${without.join(', ')}` }),
    })
  }
  if (!expected.installed) return checks
  const { devicePlugin: plugin, autoscaler } = status
  checks.push({
    subject: 'device-plugin',
    wanted: plugin?.desired ?? 1,
    found: plugin?.ready ?? 0,
    ok: plugin !== null && plugin.ready >= plugin.desired,
    ...(plugin === null && { note: 'DaemonSet kube-system/nvidia-device-plugin-daemonset is missing' }),
  })
  if (!expected.autoscaler)
    return [
      ...checks,
      {
        subject: 'autoscaler',
        wanted: 0,
        found: autoscaler?.available ?? 0,
        ok: true,
        note: 'none is to be there (autoscaler = "none"): node groups keep their size',
      },
    ]
  const wanted = Math.max(1, autoscaler?.desired ?? 1)
  checks.push({
    subject: 'autoscaler',
    wanted,
    found: autoscaler?.available ?? 0,
    ok: autoscaler !== null && autoscaler.available >= wanted && autoscaler.credentials,
    ...(autoscaler === null
      ? { note: 'Deployment kube-system/cluster-autoscaler is missing' }
      : autoscaler.credentials
        ? {}
        : { note: 'its pods have no Pod Identity credentials' }),
  })
  return checks
}

function nodesOf(group: ExpectedGroup, { nodes }: ClusterStatus): ClusterStatus['nodes'] {
  return nodes.filter(({ nodeGroup }) => nodeGroup === group.name || nodeGroup === group.label)
}
