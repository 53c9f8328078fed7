import { z } from 'zod'
import { readCatalogFile } from './read-catalog-file.ts'

const fileSchema = z.strictObject({
  $comment: z.string(),
  asOf: z.iso.date(),
  source: z.array(z.url()),
  patches: z.record(z.string().regex(/^1\.\d+$/), z.string().regex(/^1\.\d+\.\d+$/)),
})

let loaded: z.output<typeof fileSchema> | undefined

/** Newest known patch of a minor, `1.36` → `1.36.3`; `undefined` for a minor that the table does not list. */
export function newestPatchOf(minor: string): string | undefined {
  loaded ??= readCatalogFile('kubernetes-patches.json', fileSchema)
  return Object.hasOwn(loaded.patches, minor) ? loaded.patches[minor] : undefined
}
