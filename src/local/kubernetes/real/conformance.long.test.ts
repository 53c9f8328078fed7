import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, test } from 'vitest'
import { userCacheFolder } from '../../user-cache-folder.ts'
import { findRealControlPlane } from '../find-control-plane.ts'
import { describeConformance } from '../testing/conformance.ts'
import { startRealFrom } from './start-real.ts'

const search = await findRealControlPlane({ env: process.env, cacheFolder: userCacheFolder(process.env) })

if (search.found) {
  const folders: string[] = []
  afterAll(async () => {
    for (const folder of folders) await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  })
  describeConformance('real', async (gate) => {
    const directory = await mkdtemp(join(tmpdir(), 'conformance-'))
    folders.push(directory)
    return startRealFrom(search.paths, {
      clusterName: 'conformance',
      kubernetesVersion: '1.36',
      directory,
      serviceCidr: '172.20.0.0/16',
      gate,
    })
  })
} else {
  test('the real control plane is not on this machine', ({ skip }) => {
    skip(`the conformance suite on a real control plane was skipped: ${search.problem.why} ${search.problem.fix}`)
  })
}
