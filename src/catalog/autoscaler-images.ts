import { z } from 'zod'
import { readCatalogFile } from './read-catalog-file.ts'

const fileSchema = z.strictObject({
  $comment: z.string(),
  asOf: z.iso.date(),
  source: z.array(z.url()),
  repository: z.string(),
  tags: z.record(z.string(), z.string()),
})

let loaded: z.output<typeof fileSchema> | undefined

/**
 * Version of the Cluster Autoscaler for a Kubernetes minor, `1.36` → `1.36.1`: the newest one known; of a minor that is
 * not listed the nearest one's, and of two equally near the older's.
 */
export function autoscalerVersionFor(minor: string): string {
  loaded ??= readCatalogFile('autoscaler-images.json', fileSchema)
  const wanted = numberOf(minor)
  const [nearest] = Object.entries(loaded.tags)
    .map(([listed, tag]) => ({ minor: numberOf(listed), version: tag.replace(/^v/, '') }))
    .sort((a, b) => Math.abs(a.minor - wanted) - Math.abs(b.minor - wanted) || a.minor - b.minor)
  return nearest?.version ?? `1.${wanted}.0`
}

function numberOf(minor: string): number {
  return Number(minor.split('.')[1])
}
