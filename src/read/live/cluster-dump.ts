import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Unknown } from '../../cluster/cluster.ts'
import type { KubernetesSource } from '../kubernetes/kubernetes-input.ts'
import type { Kubectl } from './kubectl.ts'

/** What a simulation asks a cluster for, and what it cannot say where the cluster does not tell. */
const resources: readonly { readonly name: string; readonly without?: string }[] = [
  { name: 'nodes' },
  { name: 'pods' },
  { name: 'services', without: 'pods are not spread by the Services that select them' },
  {
    name: 'replicasets.apps',
    without: 'pods are not spread by their ReplicaSets, and replicas without a pod are not seen',
  },
  {
    name: 'statefulsets.apps',
    without: 'pods are not spread by their StatefulSets, and replicas without a pod are not seen',
  },
  { name: 'replicationcontrollers', without: 'pods are not spread by their ReplicationControllers' },
  { name: 'daemonsets.apps', without: 'new nodes are taken to carry no DaemonSet pods' },
  { name: 'namespaces', without: 'affinity to namespaces by label finds none' },
  { name: 'priorityclasses.scheduling.k8s.io', without: 'new pods are taken to have priority 0' },
  { name: 'runtimeclasses.node.k8s.io', without: 'new pods are taken to have no overhead' },
  { name: 'limitranges', without: 'new pods get no default requests' },
  { name: 'resourcequotas', without: 'no quota is taken to stop new pods' },
  { name: 'persistentvolumeclaims', without: 'pods that use claims find none' },
  { name: 'persistentvolumes', without: 'the zones of volumes are not seen' },
  { name: 'storageclasses.storage.k8s.io', without: 'new volumes are taken to be made where their pod goes' },
  { name: 'csinodes.storage.k8s.io', without: 'nodes are taken to attach any number of volumes' },
  { name: 'poddisruptionbudgets.policy', without: 'preemption takes every pod of lower priority as free to go' },
]

/** A running cluster as sources of Kubernetes objects; kubectl runs when a source is opened. */
export type ClusterDump = {
  readonly sources: readonly KubernetesSource[]
  /** What kubectl could not list; complete once every source has been read. */
  readonly unread: () => readonly Unknown[]
}

/** The command lines that record a cluster whole: their outputs, in files, are the same input as the cluster itself. */
export function clusterDumpCommands(): readonly string[] {
  return resources.map(({ name }) => ['kubectl', ...argumentsOf(name)].join(' '))
}

/**
 * Lists a cluster through kubectl, one kind after the other and without holding any list in memory. A kind that may not be
 * listed is told by `unread`; without nodes and pods there is nothing to go on with, so reading these throws.
 */
export function openClusterDump(kubectl: Pick<Kubectl, 'program' | 'env'> & Partial<Kubectl>): ClusterDump {
  const unread: Unknown[] = []
  const sources = resources.map(({ name, without }) => ({
    name: `kubectl ${argumentsOf(name).join(' ')}`,
    open: () =>
      list(kubectl, name, (reason) => {
        if (without === undefined) throw new Error(reason)
        unread.push({ what: `${name} of the cluster: ${reason}`, why: without })
      }),
  }))
  return { sources, unread: () => unread }
}

function argumentsOf(name: string): readonly string[] {
  return ['get', name, '-A', '-o', 'json']
}

async function* list(
  { program, env, kubeconfig }: Pick<Kubectl, 'program' | 'env'> & Partial<Kubectl>,
  name: string,
  fail: (reason: string) => void,
): AsyncGenerator<string> {
  const place = kubeconfig === undefined ? [] : ['--kubeconfig', kubeconfig]
  const child = spawn(program, [...place, '--request-timeout=60s', ...argumentsOf(name)], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = once(child, 'close').then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  )
  let complaint = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint = `${complaint}${text}`.slice(-4000)
  })
  child.stdout.setEncoding('utf8')
  try {
    for await (const text of child.stdout) yield String(text)
  } finally {
    // Whoever stops reading early leaves no kubectl behind.
    if (child.exitCode === null) child.kill()
  }
  const broken = await ended
  if (broken !== undefined || child.exitCode !== 0) fail(broken ?? lastLine(complaint))
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? ''
}
