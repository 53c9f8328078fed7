import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { describeConformance } from '../testing/conformance.ts'
import { startEmbedded } from './start-embedded.ts'

const folders: string[] = []
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))))

describeConformance('embedded', async (gate) => {
  const directory = await mkdtemp(join(tmpdir(), 'eks-gpu-embedded-'))
  folders.push(directory)
  return startEmbedded({
    clusterName: 'conformance',
    kubernetesVersion: '1.36',
    directory,
    serviceCidr: '172.20.0.0/16',
    gate,
  })
})
