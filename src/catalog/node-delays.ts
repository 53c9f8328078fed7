import { z } from 'zod'
import { readCatalogFile } from './read-catalog-file.ts'

const fileSchema = z.strictObject({
  $comment: z.string(),
  asOf: z.iso.date(),
  source: z.array(z.url()),
  provisioning: z.number().int(),
  gpuReady: z.number().int(),
})

/** How long a new GPU node usually takes, in seconds: estimates, since no source gives figures. */
export type NodeDelays = {
  /** From the autoscaler's order to a Ready node. */
  readonly provisioning: number
  /** From a Ready node to allocatable GPUs, where a device plugin has to start first. */
  readonly gpuReady: number
}

let loaded: NodeDelays | undefined

/** The delays that a simulation takes when nobody says others. */
export function nodeDelays(): NodeDelays {
  loaded ??= readDelays()
  return loaded
}

function readDelays(): NodeDelays {
  const { provisioning, gpuReady } = readCatalogFile('node-delays.json', fileSchema)
  return { provisioning, gpuReady }
}
