import { z } from 'zod'

/** How a cluster is: what `up` verifies. The installer's action `status` answers in this form. */
export type ClusterStatus = {
  readonly cluster: string
  readonly nodes: readonly NodeStatus[]
  readonly devicePlugin: { readonly desired: number; readonly ready: number } | null
  readonly autoscaler: {
    readonly desired: number
    readonly available: number
    /** Last lines of its log. */
    readonly log: readonly string[]
    /** Whether its pods were admitted with Pod Identity credentials. */
    readonly credentials: boolean
  } | null
}

export type NodeStatus = {
  readonly name: string
  /** EKS managed node group, for a custom AMI its key in the module's input; empty for a node of none. */
  readonly nodeGroup: string
  readonly ready: boolean
  readonly gpusCapacity: number
  readonly gpusAllocatable: number
  readonly instanceType: string
}

const schema: z.ZodType<ClusterStatus> = z.object({
  cluster: z.string(),
  nodes: z.array(
    z.object({
      name: z.string(),
      nodeGroup: z.string(),
      ready: z.boolean(),
      gpusCapacity: z.number(),
      gpusAllocatable: z.number(),
      instanceType: z.string(),
    }),
  ),
  devicePlugin: z.object({ desired: z.number(), ready: z.number() }).nullable(),
  autoscaler: z
    .object({ desired: z.number(), available: z.number(), log: z.array(z.string()), credentials: z.boolean() })
    .nullable(),
})

/** Narrows an answer of the installer; `undefined` when it is of another form. */
export function readClusterStatus(json: unknown): ClusterStatus | undefined {
  return schema.safeParse(json).data
}
