import { z } from 'zod'
import { readCatalogFile } from './read-catalog-file.ts'

const fileSchema = z.strictObject({
  $comment: z.string(),
  asOf: z.iso.date(),
  source: z.array(z.url()),
  repository: z.string(),
  tag: z.string(),
  /** Account of EKS's registry, and those of the regions that have another. */
  account: z.string(),
  accounts: z.record(z.string(), z.string()),
})

/** Image of the EFA device plugin in EKS's registry of a region. */
export function efaDevicePluginImage(region: string): string {
  const { repository, tag, account, accounts } = readCatalogFile('efa-device-plugin.json', fileSchema)
  const suffix = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com'
  return `${accounts[region] ?? account}.dkr.ecr.${region}.${suffix}/${repository}:${tag}`
}
