/** What the GPUs of a first cluster are for. */
export type Purpose = 'inference' | 'training' | 'development'

/** A network that is there already. */
export type StarterNetwork = {
  readonly vpcId: string
  /** `comment` says what the subnet is, such as its zone. */
  readonly subnets: readonly { readonly id: string; readonly comment?: string }[]
}

/** What a first Terraform root is made from. */
export type Starter = {
  readonly name: string
  readonly region: string
  readonly purpose: Purpose
  readonly instanceTypes: readonly string[]
  readonly spot: boolean
  readonly maxNodes: number
  /** Without one, the module makes a VPC. */
  readonly network?: StarterNetwork
}

/** GPU model and size of a group where nothing else is asked for. */
export const purposeDefaults: Readonly<
  Record<Purpose, { readonly gpu: string; readonly gpus: number; readonly maxNodes: number }>
> = {
  inference: { gpu: 'L4', gpus: 1, maxNodes: 4 },
  training: { gpu: 'A100', gpus: 8, maxNodes: 2 },
  development: { gpu: 'T4', gpus: 1, maxNodes: 1 },
}
