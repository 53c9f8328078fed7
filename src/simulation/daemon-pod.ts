import { type DaemonPodRefusal, withDaemonPodTolerations } from '../cluster/daemon-pod.ts'
import type { Pod } from '../cluster/pod.ts'

/** What keeps a DaemonSet off a node, in words. */
export function daemonPodRefusalText(refusal: DaemonPodRefusal): string {
  switch (refusal.kind) {
    case 'node-name':
      return 'it names another node'
    case 'node-selector':
      return `it selects ${refusal.key}=${refusal.value}`
    case 'node-affinity':
      return 'its node affinity leaves them out'
    case 'taint': {
      const { key, value, effect } = refusal.taint
      return `it does not tolerate ${key}=${value}:${effect}`
    }
  }
}

/** The pod that a DaemonSet makes for one node: it names the node by affinity, and the scheduler binds it. */
export function daemonPod(template: Pod, nodeName: string): Pod {
  return {
    ...template,
    name: daemonPodName(template, nodeName),
    tolerations: withDaemonPodTolerations(template.tolerations),
    requiredNodeTerms: [
      { matchExpressions: [], matchFields: [{ key: 'metadata.name', operator: 'In', values: [nodeName] }] },
    ],
  }
}

/** What a DaemonSet's pod on a node is called here; the real one has a random end. */
export function daemonPodName({ name }: Pick<Pod, 'name'>, nodeName: string): string {
  return `${name}-${nodeName}`
}
