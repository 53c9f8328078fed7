import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { startEmbedded } from '../kubernetes/embedded/start-embedded.ts'
import { describeNodeStandIn } from './testing/node-stand-in-suite.ts'

const folders: string[] = []
afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true, maxRetries: 5 })
})

describeNodeStandIn('embedded', async (gate) => {
  const directory = await mkdtemp(join(tmpdir(), 'nodes-'))
  folders.push(directory)
  return startEmbedded({
    clusterName: 'nodes',
    kubernetesVersion: '1.36',
    directory,
    serviceCidr: '172.20.0.0/16',
    gate,
  })
})
