import { randomInt } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseKubernetesVersion } from '../../src/cluster/kubernetes-version.ts'
import { openKubernetesClient } from '../../src/local/kubernetes/client.ts'
import type { ControlPlane } from '../../src/local/kubernetes/control-plane.ts'
import { startReal } from '../../src/local/kubernetes/real/start-real.ts'
import { textAt } from '../../src/read/kubernetes/json.ts'
import { controlPlanes } from '../local/control-planes.ts'
import { type ClusterApi, eventually, openClusterApi } from './cluster-api.ts'
import { generateCluster, namespaces, priorityClasses } from './generate-cluster.ts'
import { playCluster } from './play-cluster.ts'

const clusters = 50
const seed = Number(process.env['REPLAY_SEED'] ?? randomInt(2 ** 30))
const hasReal = (await controlPlanes()).includes('real')

// API server, scheduler, Deployment and DaemonSet controllers, all real; nodes and kubelets are not there.
describe.skipIf(!hasReal)(`${clusters} random clusters on a real control plane, from seed ${seed}`, () => {
  let directory: string
  let plane: ControlPlane
  let api: ClusterApi
  let close: () => void

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'eks-gpu-replay-'))
    plane = await startReal({
      clusterName: 'replay',
      kubernetesVersion: '1.36',
      directory,
      serviceCidr: '172.20.0.0/16',
      gate: {
        authenticate: async () => ({ refused: 'nobody has a token here' }),
        authorize: async () => 'no-opinion',
        admitPod: async (pod) => pod,
        containerLog: async () => undefined,
      },
    })
    const client = openKubernetesClient(plane)
    close = () => client.close()
    api = openClusterApi(client)
    for (const { name, value, never } of priorityClasses) {
      await api.create('/apis/scheduling.k8s.io/v1/priorityclasses', {
        metadata: { name },
        value,
        ...(never === true && { preemptionPolicy: 'Never' }),
      })
    }
    for (const { name, labels } of namespaces) {
      if (name !== 'default') await api.create('/api/v1/namespaces', { metadata: { name, labels } })
      await eventually(`the service account of namespace ${name}`, async () => {
        const { status } = await client.send('GET', `/api/v1/namespaces/${name}/serviceaccounts/default`)
        return status === 200 ? true : undefined
      })
    }
  })
  afterAll(async () => {
    close()
    await plane.stop()
    await rm(directory, { recursive: true, force: true, maxRetries: 5 })
  })

  test('each real choice is one of ours, each FailedScheduling text is ours', async () => {
    process.stdout.write(`replay: ${clusters} clusters from seed ${seed}\n`)
    const { gitVersion } = await api.get('/version')
    const version = parseKubernetesVersion(textAt({ gitVersion }, 'gitVersion') ?? '')
    const fates = { placed: 0, failed: 0, preempted: 0 }
    for (let index = 0; index < clusters; index++) {
      for (const { pod, real, ours } of await playCluster(api, generateCluster(seed + index), version)) {
        expect({ seed: seed + index, pod, ...ours }).toEqual({ seed: seed + index, pod, ...real })
        fates[real.kind === 'placed' ? 'placed' : real.nominated === undefined ? 'failed' : 'preempted']++
      }
    }
    process.stdout.write(`replay: ${JSON.stringify(fates)}\n`)
    expect(fates.placed).toBeGreaterThan(clusters)
    expect(fates.failed).toBeGreaterThan(clusters)
  })
})
