import { readFileSync } from 'node:fs'
import { z } from 'zod'

/** From where a volume can be used once it is made. */
type VolumeReach = 'zone' | 'node' | 'anywhere'

const reach = z.enum(['zone', 'node', 'anywhere'])
const fileSchema = z.strictObject({
  $comment: z.string(),
  asOf: z.iso.date(),
  source: z.array(z.url()),
  otherwise: reach,
  provisioners: z.record(z.string(), reach),
})

let known: z.infer<typeof fileSchema> | undefined

/** From where volumes of a provisioner can be used; most that are not listed are disks of one zone, and taken for such. */
export function volumeReach(provisioner: string): VolumeReach {
  known ??= fileSchema.parse(JSON.parse(readFileSync(new URL('./data/volume-reach.json', import.meta.url), 'utf8')))
  return Object.hasOwn(known.provisioners, provisioner)
    ? (known.provisioners[provisioner] ?? known.otherwise)
    : known.otherwise
}
