import type { Node } from '../cluster/node.ts'
import type { Pod } from '../cluster/pod.ts'

/** A node that stands for all of a group, with the pods that every node of it runs. */
export type NodeTemplate = { readonly node: Node; readonly pods: readonly Pod[] }

/** The label by which templates are told from nodes, from 1.36 on. */
export const templateLabel = 'cluster-autoscaler.kubernetes.io/template-node'
