import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { eksError } from './eks-error.ts'
import { clusterOf, describeUpdate, type EksOperation, finishUpdate, startUpdate } from './eks-world.ts'
import { parseInput } from './parse-input.ts'

const schema = z.object({
  encryptionConfig: z
    .array(
      z.object({
        resources: z.array(z.string()).optional(),
        provider: z.object({ keyArn: z.string().optional() }).optional(),
      }),
    )
    .min(1)
    .max(1),
})

/** AssociateEncryptionConfig: once, and never taken back. */
export const associateEncryptionConfig: EksOperation = (call) => {
  const cluster = clusterOf(call)
  const { encryptionConfig } = parseInput(schema, call.body)
  if (cluster.encryptionConfig.length > 0)
    throw eksError('ResourceInUseException', 'Cluster already has encryption configuration associated', {
      clusterName: cluster.name,
    })
  const update = startUpdate(cluster, 'AssociateEncryptionConfig', [
    ['EncryptionConfig', JSON.stringify(encryptionConfig)],
  ])
  cluster.status = 'UPDATING'
  call.world.background(`encryption of cluster ${cluster.name}`, async () => {
    await sleep(400)
    cluster.encryptionConfig = encryptionConfig
    if (cluster.status === 'UPDATING') cluster.status = 'ACTIVE'
    finishUpdate(update)
  })
  return { update: describeUpdate(update) }
}

/** A list that is always empty here: insights, Fargate profiles, identity providers, capabilities. */
export function listNothing(member: string): EksOperation {
  return (call) => {
    clusterOf(call)
    return { [member]: [] }
  }
}
