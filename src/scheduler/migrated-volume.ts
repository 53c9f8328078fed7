import { labelOf } from '../cluster/labels.ts'
import type { NodeSelectorRequirement, NodeSelectorTerm } from '../cluster/node-selector.ts'
import type { CsiNode, PersistentVolume } from '../cluster/storage.ts'

const zones = ['topology.kubernetes.io/zone', 'failure-domain.beta.kubernetes.io/zone']

/** In-tree plugins, the CSI drivers that took their place, and the label that these give to nodes. */
const plugins: ReadonlyMap<string, { readonly driver: string; readonly topologyKey: string }> = new Map([
  ['kubernetes.io/aws-ebs', { driver: 'ebs.csi.aws.com', topologyKey: 'topology.ebs.csi.aws.com/zone' }],
  ['kubernetes.io/gce-pd', { driver: 'pd.csi.storage.gke.io', topologyKey: 'topology.gke.io/zone' }],
])

/** The CSI driver that took the place of an in-tree plugin. Source: k8s.io/csi-translation-lib. */
export function migratedDriver(plugin: string): string | undefined {
  return plugins.get(plugin)?.driver
}

/**
 * An in-tree volume as a node sees it that has moved the plugin to its CSI driver: its zone is asked of the driver's own
 * label. Source: k8s.io/csi-translation-lib/plugins `translateTopologyFromInTreeToCSI`.
 */
export function asMigrated(volume: PersistentVolume, csiNode: CsiNode | undefined): PersistentVolume {
  const plugin = volume.inTree === undefined ? undefined : plugins.get(volume.inTree)
  if (plugin === undefined || !csiNode?.migratedPlugins.includes(volume.inTree ?? '')) return volume
  const { nodeTerms = [] } = volume
  const isNamed = (key: string): boolean =>
    nodeTerms.some(({ matchExpressions }) => matchExpressions.some((one) => one.key === key))
  const key = zones.find(isNamed)
  if (key !== undefined)
    return { ...volume, nodeTerms: nodeTerms.map((term) => renamed(term, key, plugin.topologyKey)) }
  const label = zones.map((zone) => labelOf(volume.labels, zone)).find((value) => value !== undefined)
  const values = [...new Set((label ?? '').split('__').map((zone) => zone.trim()))].filter((zone) => zone !== '')
  if (values.length === 0) return volume
  const added: NodeSelectorRequirement = { key: plugin.topologyKey, operator: 'In', values }
  const terms = nodeTerms.length === 0 ? [{ matchExpressions: [], matchFields: [] }] : nodeTerms
  return {
    ...volume,
    nodeTerms: terms.map((term) => ({ ...term, matchExpressions: [...term.matchExpressions, added] })),
  }
}

function renamed(term: NodeSelectorTerm, from: string, to: string): NodeSelectorTerm {
  return {
    ...term,
    matchExpressions: term.matchExpressions.map((one) => (one.key === from ? { ...one, key: to } : one)),
  }
}
