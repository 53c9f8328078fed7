import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, test } from 'vitest'
import { findRealControlPlane } from '../kubernetes/find-control-plane.ts'
import { startRealFrom } from '../kubernetes/real/start-real.ts'
import { userCacheFolder } from '../user-cache-folder.ts'
import { describeNodeStandIn } from './testing/node-stand-in-suite.ts'

const search = await findRealControlPlane({ env: process.env, cacheFolder: userCacheFolder(process.env) })

if (search.found) {
  const folders: string[] = []
  afterAll(async () => {
    for (const folder of folders) await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  })
  describeNodeStandIn('real', async (gate) => {
    const directory = await mkdtemp(join(tmpdir(), 'nodes-'))
    folders.push(directory)
    return startRealFrom(search.paths, {
      clusterName: 'nodes',
      kubernetesVersion: '1.36',
      directory,
      serviceCidr: '172.20.0.0/16',
      gate,
    })
  })
} else {
  test('nodes on a real control plane', ({ skip }) => {
    skip(`the nodes were not tried on a real control plane: ${search.problem.why} ${search.problem.fix}`)
  })
}
