import type { HostPort } from '../cluster/volume.ts'
import type { NodeState } from './node-state.ts'
import type { FilterPlugin, PreparedFilter, Rejection } from './plugin.ts'

const inUse: Rejection = {
  unresolvable: false,
  reasons: ["node(s) didn't have free ports for the requested pod ports"],
}

const anyAddress = '0.0.0.0'

/** Keeps pods off nodes where a port of the node that they take is taken. Source: plugins/nodeports. */
export const nodePortsFilter: FilterPlugin = {
  name: 'NodePorts',
  prepare({ hostPorts }) {
    const wanted = hostPorts.filter(({ port }) => port > 0)
    return wanted.length === 0 ? { kind: 'skip' } : { kind: 'ready', filter: portsFilter(wanted, new Set()) }
  },
}

/** `freed`: ports of pods that left the node; kube-scheduler takes them for free even if another pod has them too. */
function portsFilter(wanted: readonly HostPort[], freed: ReadonlySet<string>): PreparedFilter {
  return {
    rejectionOn: (state) => (hasConflict(wanted, state, freed) ? inUse : undefined),
    after({ kind, pod }) {
      if (pod.hostPorts.length === 0) return portsFilter(wanted, freed)
      const after = new Set(freed)
      for (const port of pod.hostPorts) {
        if (kind === 'removed') after.add(keyOf(port))
        else after.delete(keyOf(port))
      }
      return portsFilter(wanted, after)
    },
  }
}

function hasConflict(wanted: readonly HostPort[], { pods }: NodeState, freed: ReadonlySet<string>): boolean {
  for (const { hostPorts } of pods) {
    for (const taken of hostPorts) {
      if (taken.port > 0 && !freed.has(keyOf(taken)) && wanted.some((port) => isSamePort(port, taken))) return true
    }
  }
  return false
}

/** Source: kube-scheduler/framework `HostPortInfo.CheckConflict`. */
function isSamePort(left: HostPort, right: HostPort): boolean {
  if (left.port !== right.port || left.protocol !== right.protocol) return false
  const [a, b] = [addressOf(left), addressOf(right)]
  return a === b || a === anyAddress || b === anyAddress
}

function addressOf({ hostIp }: HostPort): string {
  return hostIp === '' ? anyAddress : hostIp
}

function keyOf(port: HostPort): string {
  return `${port.protocol}/${addressOf(port)}/${port.port}`
}
