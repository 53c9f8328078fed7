import { readFileSync } from 'node:fs'
import { z } from 'zod'

const ruleSchema = z.strictObject({
  apiGroups: z.array(z.string()),
  resources: z.array(z.string()),
  verbs: z.array(z.string()),
})

const fileSchema = z.strictObject({
  $comment: z.string(),
  asOf: z.iso.date(),
  source: z.array(z.url()),
  policies: z.record(
    z.string(),
    z.strictObject({
      rules: z.array(ruleSchema),
      nonResourceUrls: z.boolean().default(false),
    }),
  ),
})

/** One rule, as in a ClusterRole. */
export type AccessRule = {
  readonly apiGroups: readonly string[]
  readonly resources: readonly string[]
  readonly verbs: readonly string[]
}

/** One access policy of EKS. */
export type AccessPolicy = {
  readonly name: string
  readonly arn: string
  readonly rules: readonly AccessRule[]
  /** Whether it also allows every path that names no resource, such as `/metrics`. */
  readonly nonResourceUrls: boolean
}

let loaded: z.output<typeof fileSchema> | undefined

/** Every access policy, by name, with its ARN in a partition (`aws`, `aws-cn`, `aws-us-gov`). */
export function accessPolicies(partition: string): readonly AccessPolicy[] {
  loaded ??= fileSchema.parse(JSON.parse(readFileSync(new URL('./data/access-policies.json', import.meta.url), 'utf8')))
  return Object.entries(loaded.policies).map(([name, policy]) => ({
    name,
    arn: `arn:${partition}:eks::aws:cluster-access-policy/${name}`,
    ...policy,
  }))
}
