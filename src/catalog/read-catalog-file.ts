import { readFileSync } from 'node:fs'
import type { z } from 'zod'

/** Reads one dated data file beside this module and checks its shape; a file that does not fit is a defect of the build. */
export function readCatalogFile<Schema extends z.ZodType>(name: string, schema: Schema): z.output<Schema> {
  return schema.parse(JSON.parse(readFileSync(new URL(`./data/${name}`, import.meta.url), 'utf8')))
}
