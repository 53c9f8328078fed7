import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseKubernetesVersion } from '../../src/cluster/kubernetes-version.ts'
import { type KubernetesClient, openKubernetesClient } from '../../src/local/kubernetes/client.ts'
import type { ControlPlane } from '../../src/local/kubernetes/control-plane.ts'
import { startReal } from '../../src/local/kubernetes/real/start-real.ts'
import { type Admission, readAdmission } from '../../src/read/kubernetes/admission.ts'
import { admitPod } from '../../src/read/kubernetes/admit-pod.ts'
import { type JsonObject, objectAt, recordAt, textAt } from '../../src/read/kubernetes/json.ts'
import { podSpec } from '../../src/read/kubernetes/pod-shape.ts'
import { readPod } from '../../src/read/kubernetes/read-pod.ts'
import { controlPlanes } from '../local/control-planes.ts'
import { anyPodSpec } from './any-pod-spec.ts'
import { standingObjects } from './standing-objects.ts'

const pods = 3000
const hasReal = (await controlPlanes()).includes('real')

describe.skipIf(!hasReal)(`${pods} random pods, admitted by a real API server and by ours`, () => {
  let directory: string
  let plane: ControlPlane
  let client: KubernetesClient
  let admission: Admission

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'eks-gpu-admission-'))
    plane = await startReal({
      clusterName: 'admission',
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
    client = openKubernetesClient(plane)
    for (const { path, object } of standingObjects) {
      const { status, body } = await client.send('POST', path, object)
      expect(status, JSON.stringify(body)).toBe(201)
    }
    for (const namespace of ['default', 'limited']) await serviceAccountOf(namespace)
    const { body } = await client.send('GET', '/version')
    admission = readAdmission(
      standingObjects.map(({ object }) => object),
      { version: parseKubernetesVersion(textAt(body, 'gitVersion') ?? ''), extendedResourceToleration: false },
    )
  })
  afterAll(async () => {
    client.close()
    await plane.stop()
    await rm(directory, { recursive: true, force: true, maxRetries: 5 })
  })

  async function serviceAccountOf(namespace: string): Promise<void> {
    for (let tries = 0; tries < 100; tries += 1) {
      const { status } = await client.send('GET', `/api/v1/namespaces/${namespace}/serviceaccounts/default`)
      if (status === 200) return
      await new Promise((settle) => setTimeout(settle, 200))
    }
    throw new Error(`namespace ${namespace} has got no service account`)
  }

  test('come out alike, or are refused in the same words', async () => {
    const seen = { admitted: 0, refused: 0, invalid: 0 }
    await fc.assert(
      fc.asyncProperty(fc.constantFrom('default', 'limited'), anyPodSpec, async (namespace, spec) => {
        const labels = { app: 'a', rev: '1', team: 't' }
        const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', namespace, labels }, spec }
        const { status, body } = await client.send('POST', `/api/v1/namespaces/${namespace}/pods?dryRun=All`, pod)
        const issues = podSpec(spec, ['spec'])
        const ours = admitPod(pod, admission)
        if (issues.length > 0) {
          // A manifest that is wrong in itself is a problem of its own; the API server may name another one first.
          expect(status, JSON.stringify(issues)).not.toBe(201)
          seen.invalid += 1
        } else if (status === 201) {
          expect(ours).toMatchObject({ kind: 'admitted' })
          if (ours.kind === 'admitted') expect(comparable(ours.pod)).toEqual(comparable(objectAt(body)))
          seen.admitted += 1
        } else {
          const message = (textAt(body, 'message') ?? '').replace(/^(?:pods "p" is forbidden|Pod "p" is invalid): /, '')
          expect(ours).toMatchObject({ kind: 'refused' })
          if (ours.kind === 'refused') expect(sentences(ours.message)).toEqual(sentences(message))
          seen.refused += 1
        }
      }),
      { numRuns: pods },
    )
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(pods / 50)
  })
})

/** A pod as the scheduler sees it, without what an API server does besides. */
function comparable(pod: JsonObject): unknown {
  const metadata = { name: 'p', labels: recordAt(pod, 'metadata', 'labels') }
  const { affinity, antiAffinity, tolerations, containerRequests: _, ...rest } = readPod({ ...pod, metadata })
  // The API server keeps the label keys that it has merged into the selectors.
  const merged = { matchLabelKeys: [], mismatchLabelKeys: [] }
  const terms = [affinity, antiAffinity].map(({ required, preferred }) => ({
    required: required.map((term) => ({ ...term, ...merged })),
    preferred: preferred.map(({ weight, term }) => ({ weight, term: { ...term, ...merged } })),
  }))
  return { ...rest, terms, tolerations: tolerations.map((one) => JSON.stringify(one)).toSorted() }
}

/** The API server lists several reasons in no order. */
function sentences(message: string): readonly string[] {
  return message
    .replace(/^\[(.*)\]$/, '$1')
    .split(/, (?=spec|maximum|minimum|cpu|memory)/)
    .toSorted()
}
