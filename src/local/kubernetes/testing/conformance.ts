import { execFile, spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { Agent, request as httpsRequest } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { listAt, numberAt, objectAt, textAt, valueAt } from '../../../read/kubernetes/json.ts'
import { type KubernetesClient, type KubernetesResponse, openKubernetesClient, type WatchEvent } from '../client.ts'
import type { ControlPlane, EksGate } from '../control-plane.ts'
import {
  administratorToken,
  associatedServiceAccount,
  conformanceGate,
  credentialsVariable,
  readerToken,
} from './conformance-gate.ts'
import { registerNode, reportNode, runKubelets } from './conformance-node.ts'

const run = promisify(execFile)
const applyType = 'application/apply-patch+yaml'
const gpuTaint = { key: 'nvidia.com/gpu', value: 'true', effect: 'NoSchedule' }
const gpuToleration = { key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' }

/**
 * What both control planes do: everything the installer asks for, plain GPU workloads, EKS's tokens, and kubectl when it
 * is there. `start` starts the control plane under test with the suite's gate. Not for production code: it needs vitest.
 */
export function describeConformance(name: string, start: (gate: EksGate) => Promise<ControlPlane>): void {
  describe(`${name} control plane`, { timeout: 120_000 }, () => {
    let plane: ControlPlane
    let client: KubernetesClient
    const stopKubelets = new AbortController()
    let kubelets: Promise<void> | undefined

    beforeAll(async () => {
      plane = await start(conformanceGate())
      client = openKubernetesClient(plane)
      await eventually(async () => {
        const answer = await client.send('GET', '/api/v1/namespaces/default/serviceaccounts/default')
        expect(answer.status).toBe(200)
      })
      await registerNode(client, plane, 'system-1', { labels: { role: 'system' } })
      await registerNode(client, plane, 'gpu-1', {
        labels: { 'nvidia.com/gpu': 'true' },
        taints: [gpuTaint],
        gpus: 1,
      })
      kubelets = runKubelets(client, stopKubelets.signal)
    }, 120_000)

    afterAll(async () => {
      stopKubelets.abort()
      await kubelets
      client?.close()
      await plane?.stop()
    })

    /** Sends with a bearer token, as EKS's users do. */
    const sendAs = (token: string | undefined, method: string, path: string, body?: unknown) =>
      sendWithToken(plane, token, method, path, body)
    const namespaceFor = async (title: string): Promise<string> => {
      const created = await client.send('POST', '/api/v1/namespaces', {
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: { generateName: `${title}-` },
      })
      expect(created.status).toBe(201)
      const namespace = textAt(created.body, 'metadata', 'name') ?? ''
      await eventually(async () => {
        const account = await client.send('GET', `/api/v1/namespaces/${namespace}/serviceaccounts/default`)
        expect(account.status).toBe(200)
      })
      return namespace
    }
    const create = async (path: string, object: unknown): Promise<unknown> => {
      const answer = await client.send('POST', path, object)
      expect(answer, path).toMatchObject({ status: 201 })
      return answer.body
    }
    const read = async (path: string): Promise<unknown> => {
      const answer = await client.send('GET', path)
      expect(answer, path).toMatchObject({ status: 200 })
      return answer.body
    }

    describe('server', () => {
      test('says that it is well to anybody, and which version it is to whom it knows', async () => {
        for (const path of ['/healthz', '/livez', '/readyz']) {
          expect(await sendAs(undefined, 'GET', path)).toEqual({ status: 200, body: 'ok' })
        }
        expect(textAt((await sendAs(readerToken, 'GET', '/version')).body, 'gitVersion')).toMatch(/^v\d+\.\d+\./)
      })

      test('tells what there is, the old way and at once', async () => {
        const groups = listAt(await read('/apis'), 'groups').map((group) => textAt(group, 'name'))
        expect(groups).toEqual(expect.arrayContaining(['apps', 'batch', 'rbac.authorization.k8s.io']))
        const core = listAt(await read('/api/v1'), 'resources').map((resource) => textAt(resource, 'name'))
        expect(core).toEqual(expect.arrayContaining(['nodes', 'pods', 'pods/log', 'pods/binding', 'configmaps']))
        const apps = listAt(await read('/apis/apps/v1'), 'resources')
        expect(apps).toContainEqual(
          expect.objectContaining({ name: 'daemonsets', kind: 'DaemonSet', namespaced: true, shortNames: ['ds'] }),
        )
      })

      test('does not know what it does not know', async () => {
        expect((await client.send('GET', '/apis/example.com/v1/widgets')).status).toBe(404)
        expect((await client.send('GET', '/api/v1/namespaces/default/pods/missing')).body).toMatchObject({
          kind: 'Status',
          status: 'Failure',
          reason: 'NotFound',
          message: 'pods "missing" not found',
          code: 404,
        })
      })

      test('keeps its objects through an interruption', async () => {
        const namespace = await namespaceFor('interruption')
        await create(`/api/v1/namespaces/${namespace}/configmaps`, configMap('kept', { a: '1' }))
        await plane.interrupt()
        await expect(sendAs(undefined, 'GET', '/healthz')).rejects.toThrow()
        await plane.resume()
        await eventually(async () => {
          const answer = await client.send('GET', `/api/v1/namespaces/${namespace}/configmaps/kept`)
          expect(valueAt(answer.body, 'data')).toEqual({ a: '1' })
        })
      })
    })

    describe('tokens', () => {
      test('an unknown token is turned away with 401', async () => {
        const answer = await sendAs('k8s-aws-v1.unknown', 'GET', '/api/v1/pods')
        expect(answer).toMatchObject({ status: 401, body: { message: 'Unauthorized', reason: 'Unauthorized' } })
      })

      test('nobody may read what is not public', async () => {
        const answer = await sendAs(undefined, 'GET', '/api/v1/pods')
        expect([401, 403]).toContain(answer.status)
      })

      test('access policies decide, in the words of Kubernetes', async () => {
        const username = 'arn:aws:sts::123456789012:assumed-role/reader/session'
        expect((await sendAs(readerToken, 'GET', '/api/v1/pods')).status).toBe(200)
        const refused = await sendAs(readerToken, 'GET', '/api/v1/namespaces/kube-system/secrets')
        expect(refused).toMatchObject({ status: 403, body: { kind: 'Status', reason: 'Forbidden' } })
        expect(textAt(refused.body, 'message')).toContain(
          `secrets is forbidden: User "${username}" cannot list resource "secrets" in API group "" in the namespace "kube-system"`,
        )
        expect((await sendAs(administratorToken, 'GET', '/api/v1/namespaces/kube-system/secrets')).status).toBe(200)
      })

      test('users can ask what they may', async () => {
        const ask = async (token: string, verb: string): Promise<unknown> => {
          const review = await sendAs(token, 'POST', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', {
            apiVersion: 'authorization.k8s.io/v1',
            kind: 'SelfSubjectAccessReview',
            spec: { resourceAttributes: { verb, resource: 'pods', namespace: 'default' } },
          })
          return valueAt(review.body, 'status', 'allowed')
        }
        expect(await ask(readerToken, 'list')).toBe(true)
        expect(await ask(readerToken, 'delete')).toBe(false)
      })
    })

    describe('writes', () => {
      test('server-side apply creates, repeats without a change, and drops what is no longer applied', async () => {
        const namespace = await namespaceFor('apply')
        const path = `/api/v1/namespaces/${namespace}/configmaps/applied`
        const apply = (data: Readonly<Record<string, string>>, manager = 'eks-gpu-clusters') =>
          client.send('PATCH', `${path}?fieldManager=${manager}&force=true`, configMap('applied', data), applyType)

        expect((await apply({ a: '1', b: '2' })).status).toBe(201)
        const first = await read(path)
        const again = await apply({ a: '1', b: '2' })
        expect(again.status).toBe(200)
        expect(textAt(again.body, 'metadata', 'resourceVersion')).toBe(textAt(first, 'metadata', 'resourceVersion'))
        expect(listAt(first, 'metadata', 'managedFields')[0]).toMatchObject({
          manager: 'eks-gpu-clusters',
          operation: 'Apply',
        })

        await apply({ c: '3' }, 'somebody-else')
        const changed = await apply({ a: '4' })
        expect(valueAt(changed.body, 'data')).toEqual({ a: '4', c: '3' })
        expect(textAt(changed.body, 'metadata', 'uid')).toBe(textAt(first, 'metadata', 'uid'))
      })

      test('server-side apply merges containers, variables and ports by their names', async () => {
        const namespace = await namespaceFor('merge')
        const path = `/apis/apps/v1/namespaces/${namespace}/deployments/merged`
        const apply = (env: readonly unknown[], ports: readonly unknown[]) =>
          client.send(
            'PATCH',
            `${path}?fieldManager=eks-gpu-clusters&force=true`,
            deployment('merged', 0, { containers: [{ name: 'main', image: 'registry/app:1', env, ports }] }),
            applyType,
          )
        const port = (containerPort: number) => ({ containerPort, protocol: 'TCP' })
        expect(
          (
            await apply(
              [
                { name: 'A', value: '1' },
                { name: 'B', value: '2' },
              ],
              [port(80), port(443)],
            )
          ).status,
        ).toBe(201)
        const changed = await apply([{ name: 'B', value: '3' }], [port(443)])
        const [container] = listAt(changed.body, 'spec', 'template', 'spec', 'containers')
        expect(container).toMatchObject({ env: [{ name: 'B', value: '3' }], ports: [port(443)] })
        expect(listAt(container, 'env')).toHaveLength(1)
        expect(listAt(container, 'ports')).toHaveLength(1)
        expect(numberAt(changed.body, 'metadata', 'generation')).toBe(2)
      })

      test('a Lease is taken by one: a stale write is refused', async () => {
        const path = '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases'
        const lease = (holderIdentity: string, resourceVersion?: string) => ({
          apiVersion: 'coordination.k8s.io/v1',
          kind: 'Lease',
          metadata: { name: 'conformance', ...(resourceVersion !== undefined && { resourceVersion }) },
          spec: { holderIdentity, leaseDurationSeconds: 60, renewTime: '2025-01-01T00:00:00.000000Z' },
        })
        const created = await create(path, lease('one'))
        const version = textAt(created, 'metadata', 'resourceVersion')
        expect((await client.send('POST', path, lease('two'))).body).toMatchObject({
          reason: 'AlreadyExists',
          message: 'leases.coordination.k8s.io "conformance" already exists',
          code: 409,
        })
        expect((await client.send('PUT', `${path}/conformance`, lease('one', version))).status).toBe(200)
        expect((await client.send('PUT', `${path}/conformance`, lease('three', version))).status).toBe(200)
        const moved = await client.send('PUT', `${path}/conformance`, lease('two', '1'))
        expect(moved.body).toMatchObject({
          reason: 'Conflict',
          message:
            'Operation cannot be fulfilled on leases.coordination.k8s.io "conformance": the object has been modified; please apply your changes to the latest version and try again',
          code: 409,
        })
        expect((await client.send('DELETE', `${path}/conformance`)).status).toBe(200)
      })

      test('deletes only the object that is meant', async () => {
        const namespace = await namespaceFor('delete')
        const path = `/api/v1/namespaces/${namespace}/configmaps`
        const created = await create(path, configMap('target', {}))
        const wrong = await client.send('DELETE', `${path}/target`, {
          apiVersion: 'v1',
          kind: 'DeleteOptions',
          preconditions: { uid: '00000000-0000-0000-0000-000000000000' },
        })
        expect(wrong).toMatchObject({ status: 409, body: { reason: 'Conflict' } })
        const right = await client.send('DELETE', `${path}/target`, {
          apiVersion: 'v1',
          kind: 'DeleteOptions',
          propagationPolicy: 'Background',
          preconditions: { uid: textAt(created, 'metadata', 'uid') },
        })
        expect(right).toMatchObject({ status: 200, body: { kind: 'Status', status: 'Success' } })
        expect((await client.send('GET', `${path}/target`)).status).toBe(404)
        expect((await client.send('DELETE', `${path}/target`)).status).toBe(404)
      })

      test('patches: merge, strategic merge, JSON', async () => {
        const namespace = await namespaceFor('patch')
        const path = `/apis/apps/v1/namespaces/${namespace}/deployments`
        await create(path, deployment('patched', 0, { containers: [container('main'), container('side')] }))
        const strategic = await client.send(
          'PATCH',
          `${path}/patched`,
          { spec: { template: { spec: { containers: [{ name: 'side', image: 'registry/app:2' }] } } } },
          'application/strategic-merge-patch+json',
        )
        expect(
          listAt(strategic.body, 'spec', 'template', 'spec', 'containers').map((entry) => textAt(entry, 'image')),
        ).toEqual(['registry/app:1', 'registry/app:2'])
        const merge = await client.send(
          'PATCH',
          `${path}/patched`,
          { metadata: { labels: { a: 'b' } }, spec: { minReadySeconds: 1 } },
          'application/merge-patch+json',
        )
        expect(merge.body).toMatchObject({ metadata: { labels: { a: 'b' } }, spec: { minReadySeconds: 1 } })
        const json = await client.send(
          'PATCH',
          `${path}/patched`,
          [
            { op: 'test', path: '/spec/minReadySeconds', value: 1 },
            { op: 'replace', path: '/metadata/labels/a', value: 'c' },
          ],
          'application/json-patch+json',
        )
        expect(valueAt(json.body, 'metadata', 'labels')).toEqual({ a: 'c' })
      })

      test('names are made up on request; a second create of the same is refused', async () => {
        const namespace = await namespaceFor('names')
        const path = `/api/v1/namespaces/${namespace}/configmaps`
        const created = await create(path, { ...configMap('', {}), metadata: { generateName: 'made-up-' } })
        expect(textAt(created, 'metadata', 'name')).toMatch(/^made-up-[a-z0-9]{5}$/)
        await create(path, configMap('once', {}))
        expect((await client.send('POST', path, configMap('once', {}))).body).toMatchObject({
          code: 409,
          reason: 'AlreadyExists',
          message: 'configmaps "once" already exists',
        })
      })

      test.for([
        {
          what: 'no image',
          path: 'pods',
          object: pod('bad', { containers: [{ name: 'main' }] }),
          message: 'Pod "bad" is invalid: spec.containers[0].image: Required value',
        },
        {
          what: 'no containers',
          path: 'pods',
          object: pod('bad', { containers: [] }),
          message: 'Pod "bad" is invalid: spec.containers: Required value',
        },
        {
          what: 'an unknown effect in a toleration',
          path: 'pods',
          object: pod('bad', {
            containers: [container('main')],
            tolerations: [{ key: 'a', operator: 'Exists', effect: 'No' }],
          }),
          message:
            'Pod "bad" is invalid: spec.tolerations[0].effect: Unsupported value: "No": supported values: "NoSchedule", "PreferNoSchedule", "NoExecute"',
        },
        {
          what: 'more GPUs requested than the limit',
          path: 'pods',
          object: pod('bad', {
            containers: [
              {
                ...container('main'),
                resources: { limits: { 'nvidia.com/gpu': 1 }, requests: { 'nvidia.com/gpu': 2 } },
              },
            ],
          }),
          message:
            'Pod "bad" is invalid: spec.containers[0].resources.requests: Invalid value: "2": must be equal to nvidia.com/gpu limit of 1',
        },
        {
          what: 'half a GPU',
          path: 'pods',
          object: pod('bad', {
            containers: [{ ...container('main'), resources: { limits: { 'nvidia.com/gpu': '500m' } } }],
          }),
          message: 'must be an integer',
        },
        {
          what: 'a GPU requested without a limit',
          path: 'pods',
          object: pod('bad', {
            containers: [{ ...container('main'), resources: { requests: { 'nvidia.com/gpu': 1 } } }],
          }),
          message:
            'Pod "bad" is invalid: spec.containers[0].resources.limits: Required value: Limit must be set for non overcommitable resources',
        },
        {
          what: 'a name that is none',
          path: 'configmaps',
          object: configMap('Not_A_Name', {}),
          message:
            'ConfigMap "Not_A_Name" is invalid: metadata.name: Invalid value: "Not_A_Name": a lowercase RFC 1123',
        },
        {
          what: 'no name',
          path: 'configmaps',
          object: { apiVersion: 'v1', kind: 'ConfigMap', metadata: {} },
          message: 'metadata.name: Required value: name or generateName is required',
        },
        {
          what: 'a mount of no volume',
          path: 'pods',
          object: pod('bad', {
            containers: [{ ...container('main'), volumeMounts: [{ name: 'data', mountPath: '/data' }] }],
          }),
          message: 'Pod "bad" is invalid: spec.containers[0].volumeMounts[0].name: Not found: "data"',
        },
      ])('refuses $what with 422', async ({ path, object, message }) => {
        const answer = await client.send('POST', `/api/v1/namespaces/default/${path}`, object)
        expect(answer).toMatchObject({ status: 422, body: { reason: 'Invalid', code: 422 } })
        expect(textAt(answer.body, 'message')).toContain(message)
      })

      test('refuses a field that the kind has not, when the client is strict, and warns else', async () => {
        const path = '/api/v1/namespaces/default/pods'
        const misspelt = pod('misspelt', {
          containers: [{ ...container('main'), resource: {} }],
          tolerationss: [gpuToleration],
        })
        expect(await client.send('POST', `${path}?fieldValidation=Strict`, misspelt)).toMatchObject({
          status: 400,
          body: {
            message:
              'Pod in version "v1" cannot be handled as a Pod: strict decoding error: unknown field "spec.containers[0].resource", unknown field "spec.tolerationss"',
          },
        })
        const warned = await create(path, misspelt)
        expect(valueAt(warned, 'spec', 'tolerationss')).toBeUndefined()
        await client.send('DELETE', `${path}/misspelt`)
      })

      test.for([
        {
          object: deployment('wrong', 1, { containers: 'none' }),
          message:
            'Deployment in version "v1" cannot be handled as a Deployment: json: cannot unmarshal string into Go struct field PodSpec.spec.template.spec.containers of type []v1.Container',
        },
        {
          object: deployment('wrong', 1, { containers: [{ ...container('main'), image: 5 }] }),
          message:
            'Deployment in version "v1" cannot be handled as a Deployment: json: cannot unmarshal number into Go struct field Container.spec.template.spec.containers.image of type string',
        },
        {
          object: deployment('wrong', 1, {
            containers: [{ ...container('main'), resources: { limits: { cpu: '1x' } } }],
          }),
          message:
            'Deployment in version "v1" cannot be handled as a Deployment: quantities must match the regular expression \'^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$\'',
        },
      ])('refuses a value of the wrong type: $message', async ({ object, message }) => {
        expect(await client.send('POST', '/apis/apps/v1/namespaces/default/deployments', object)).toMatchObject({
          status: 400,
          body: { message, reason: 'BadRequest' },
        })
      })

      test('server-side apply refuses a field that the kind has not', async () => {
        const path = '/apis/apps/v1/namespaces/default/deployments/wrong'
        const object = deployment('wrong', 1, { containers: [{ ...container('main'), resource: {} }] })
        const answer = await client.send('PATCH', `${path}?fieldManager=test`, object, applyType)
        expect(answer.status).toBe(500)
        expect(textAt(answer.body, 'message')).toContain(
          '/wrong; apps/v1, Kind=Deployment): .spec.template.spec.containers[name="main"].resource: field not declared in schema',
        )
      })

      test('gives quantities back in their canonical form', async () => {
        const namespace = await namespaceFor('quantities')
        const resources = { requests: { cpu: 0.5, memory: '2048Mi' }, limits: { memory: '2Gi', cpu: '1000m' } }
        const created = await create(
          `/apis/apps/v1/namespaces/${namespace}/deployments`,
          deployment('amounts', 0, { containers: [{ ...container('main'), resources }] }),
        )
        expect(valueAt(created, 'spec', 'template', 'spec', 'containers', 0, 'resources')).toEqual({
          requests: { cpu: '500m', memory: '2Gi' },
          limits: { memory: '2Gi', cpu: '1' },
        })
      })

      test('refuses a selector that does not match the template', async () => {
        const wrong = { ...deployment('bad', 1, { containers: [container('main')] }) }
        const answer = await client.send('POST', '/apis/apps/v1/namespaces/default/deployments', {
          ...wrong,
          spec: { ...objectAt(wrong, 'spec'), selector: { matchLabels: { app: 'other' } } },
        })
        expect(answer.status).toBe(422)
        expect(textAt(answer.body, 'message')).toBe(
          'Deployment.apps "bad" is invalid: spec.template.metadata.labels: Invalid value: {"app":"bad"}: `selector` does not match template `labels`',
        )
      })

      test('refuses a Job whose pods would never end', async () => {
        const answer = await client.send('POST', '/apis/batch/v1/namespaces/default/jobs', {
          apiVersion: 'batch/v1',
          kind: 'Job',
          metadata: { name: 'bad' },
          spec: { template: { spec: { containers: [container('main')] } } },
        })
        expect(answer.status).toBe(422)
        expect(textAt(answer.body, 'message')).toContain(
          'Job.batch "bad" is invalid: spec.template.spec.restartPolicy: ',
        )
      })

      test('refuses a node with an unknown taint effect', async () => {
        const answer = await client.send('POST', '/api/v1/nodes', {
          apiVersion: 'v1',
          kind: 'Node',
          metadata: { name: 'bad' },
          spec: { taints: [{ key: 'a', effect: 'NO_SCHEDULE' }] },
        })
        expect(answer.status).toBe(422)
        expect(textAt(answer.body, 'message')).toContain(
          'Node "bad" is invalid: metadata.taints[0].effect: Unsupported value: "NO_SCHEDULE": supported values: ',
        )
      })

      test.for([
        {
          what: 'in no namespace',
          path: '/api/v1/namespaces/missing/configmaps',
          object: configMap('a', {}),
          status: 404,
          message: 'namespaces "missing" not found',
        },
        {
          what: 'without its service account',
          path: '/api/v1/namespaces/default/pods',
          object: pod('a', { containers: [container('main')], serviceAccountName: 'missing' }),
          status: 403,
          message:
            'pods "a" is forbidden: error looking up service account default/missing: serviceaccount "missing" not found',
        },
        {
          what: 'without its priority class',
          path: '/api/v1/namespaces/default/pods',
          object: pod('a', { containers: [container('main')], priorityClassName: 'missing' }),
          status: 403,
          message: 'pods "a" is forbidden: no PriorityClass with name missing was found',
        },
      ])('refuses an object $what', async ({ path, object, status, message }) => {
        expect(await client.send('POST', path, object)).toMatchObject({ status, body: { message } })
      })
    })

    describe('reads', () => {
      test('lists by labels and fields, page by page', async () => {
        const namespace = await namespaceFor('list')
        const path = `/api/v1/namespaces/${namespace}/configmaps`
        for (const [name, tier] of [
          ['a', 'front'],
          ['b', 'back'],
          ['c', 'back'],
        ] as const) {
          await create(path, { ...configMap(name, {}), metadata: { name, labels: { tier } } })
        }
        const names = async (query: string): Promise<readonly unknown[]> =>
          listAt(await read(`${path}?${query}`), 'items')
            .map((item) => textAt(item, 'metadata', 'name'))
            .filter((found) => found !== 'kube-root-ca.crt')
        expect(await names('labelSelector=tier%3Dback')).toEqual(['b', 'c'])
        expect(await names('labelSelector=tier%20in%20(front,middle)')).toEqual(['a'])
        expect(await names('labelSelector=tier,tier!%3Dback')).toEqual(['a'])
        expect(await names('fieldSelector=metadata.name%3Dc')).toEqual(['c'])
        const first = await read(`${path}?labelSelector=tier&limit=2`)
        expect(listAt(first, 'items')).toHaveLength(2)
        const rest = await names(`labelSelector=tier&limit=2&continue=${textAt(first, 'metadata', 'continue')}`)
        expect(rest).toEqual(['c'])
      })

      test('a watch tells what changes after a list', async () => {
        const namespace = await namespaceFor('watch')
        const path = `/api/v1/namespaces/${namespace}/configmaps`
        const version = textAt(await read(path), 'metadata', 'resourceVersion')
        const events: WatchEvent[] = []
        const stop = new AbortController()
        const watching = client.watch(
          `${path}?watch=true&labelSelector=seen&resourceVersion=${version}`,
          (event) => events.push(event),
          stop.signal,
        )
        const labelled = { ...configMap('w', { n: '1' }), metadata: { name: 'w', labels: { seen: 'yes' } } }
        await create(path, labelled)
        await create(path, configMap('unseen', {}))
        await client.send('PATCH', `${path}/w`, { data: { n: '2' } }, 'application/merge-patch+json')
        await client.send('DELETE', `${path}/w`)
        await eventually(async () => expect(events).toHaveLength(3))
        stop.abort()
        await watching
        expect(events.map(({ type, object }) => [type, valueAt(object, 'data', 'n')])).toEqual([
          ['ADDED', '1'],
          ['MODIFIED', '2'],
          ['DELETED', '2'],
        ])
      })

      test('tables have the columns that kubectl prints', async () => {
        const headings = async (path: string): Promise<readonly unknown[]> => {
          const answer = await sendWithToken(plane, administratorToken, 'GET', path, undefined, {
            accept: 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json',
          })
          return listAt(answer.body, 'columnDefinitions').map((column) => [
            textAt(column, 'name'),
            numberAt(column, 'priority'),
          ])
        }
        expect(await headings('/api/v1/nodes')).toEqual([
          ['Name', 0],
          ['Status', 0],
          ['Roles', 0],
          ['Age', 0],
          ['Version', 0],
          ['Internal-IP', 1],
          ['External-IP', 1],
          ['OS-Image', 1],
          ['Kernel-Version', 1],
          ['Container-Runtime', 1],
        ])
        for (const [path, names] of Object.entries(expectedColumns)) {
          expect(
            (await headings(path)).map((heading) => valueAt(heading, 0)),
            path,
          ).toEqual(names)
        }
      })
    })

    describe('GPU workloads', () => {
      test('a pod without the toleration waits, and the scheduler says why', async () => {
        const namespace = await namespaceFor('waits')
        const path = `/api/v1/namespaces/${namespace}`
        await create(
          `${path}/pods`,
          pod('untolerant', { containers: [gpuContainer()], nodeSelector: { 'nvidia.com/gpu': 'true' } }),
        )
        const expected =
          "0/2 nodes are available: 1 node(s) didn't match Pod's node affinity/selector, 1 node(s) had untolerated taint(s). " +
          'no new claims to deallocate, preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.'
        await eventually(async () => {
          const conditions = listAt(await read(`${path}/pods/untolerant`), 'status', 'conditions')
          expect(conditions).toContainEqual(
            expect.objectContaining({
              type: 'PodScheduled',
              status: 'False',
              reason: 'Unschedulable',
              message: expected,
            }),
          )
        })
        await eventually(async () => {
          const events = listAt(await read(`${path}/events?fieldSelector=reason%3DFailedScheduling`), 'items')
          expect(events.map((event) => [textAt(event, 'type'), textAt(event, 'message')])).toContainEqual([
            'Warning',
            expected,
          ])
        })
        await client.send('DELETE', `${path}/pods/untolerant`)
      })

      test('a pod with the toleration runs; the second one finds no GPU and follows when it is free', async () => {
        const namespace = await namespaceFor('runs')
        const path = `/api/v1/namespaces/${namespace}/pods`
        const spec = { containers: [gpuContainer()], tolerations: [gpuToleration] }
        await create(path, pod('first', spec))
        await eventually(async () =>
          expect(await read(`${path}/first`)).toMatchObject({ status: { phase: 'Running' } }),
        )
        expect(await read(`${path}/first`)).toMatchObject({ spec: { nodeName: 'gpu-1' } })
        await create(path, pod('second', spec))
        await eventually(async () => {
          const conditions = listAt(await read(`${path}/second`), 'status', 'conditions')
          expect(textAt(conditions[0], 'message')).toBe(
            '0/2 nodes are available: 2 Insufficient nvidia.com/gpu. no new claims to deallocate, preemption: 0/2 nodes are available: 1 No preemption victims found for incoming pod, 1 Preemption is not helpful for scheduling.',
          )
        })
        await client.send('DELETE', `${path}/first`)
        await eventually(
          async () => expect(await read(`${path}/second`)).toMatchObject({ status: { phase: 'Running' } }),
          90_000,
        )
        await client.send('DELETE', `${path}/second`)
        await eventually(async () => expect((await client.send('GET', `${path}/second`)).status).toBe(404))
      })

      test('a node takes pods only once it is ready', async () => {
        await registerNode(client, plane, 'late-1', { labels: { late: 'yes' }, ready: false })
        const namespace = await namespaceFor('ready')
        const path = `/api/v1/namespaces/${namespace}/pods/waiting`
        await create(
          `/api/v1/namespaces/${namespace}/pods`,
          pod('waiting', { containers: [container('main')], nodeSelector: { late: 'yes' } }),
        )
        await eventually(async () => {
          const conditions = listAt(await read(path), 'status', 'conditions')
          expect(textAt(conditions[0], 'reason')).toBe('Unschedulable')
        })
        await reportNode(client, 'late-1', true)
        await eventually(async () => expect(await read(path)).toMatchObject({ status: { phase: 'Running' } }), 90_000)
        await client.send('DELETE', path)
        await client.send('DELETE', '/api/v1/nodes/late-1')
      })

      test('a DaemonSet lands on tainted nodes that it tolerates', async () => {
        const namespace = await namespaceFor('daemons')
        const path = `/apis/apps/v1/namespaces/${namespace}/daemonsets`
        await create(path, {
          apiVersion: 'apps/v1',
          kind: 'DaemonSet',
          metadata: { name: 'plugin' },
          spec: {
            selector: { matchLabels: { app: 'plugin' } },
            template: {
              metadata: { labels: { app: 'plugin' } },
              spec: {
                containers: [container('main')],
                tolerations: [gpuToleration],
                priorityClassName: 'system-node-critical',
                affinity: {
                  nodeAffinity: {
                    requiredDuringSchedulingIgnoredDuringExecution: {
                      nodeSelectorTerms: [
                        { matchExpressions: [{ key: 'nvidia.com/gpu', operator: 'In', values: ['true'] }] },
                      ],
                    },
                  },
                },
              },
            },
          },
        })
        await eventually(async () => {
          expect(valueAt(await read(`${path}/plugin`), 'status')).toMatchObject({
            desiredNumberScheduled: 1,
            currentNumberScheduled: 1,
            numberReady: 1,
            numberAvailable: 1,
            updatedNumberScheduled: 1,
            numberMisscheduled: 0,
            observedGeneration: 1,
          })
        })
        const [running] = listAt(await read(`/api/v1/namespaces/${namespace}/pods`), 'items')
        expect(running).toMatchObject({ spec: { nodeName: 'gpu-1', priority: 2_000_001_000 } })
        expect(listAt(running, 'spec', 'tolerations')).toEqual(
          expect.arrayContaining([
            gpuToleration,
            { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute' },
            { key: 'node.kubernetes.io/unschedulable', operator: 'Exists', effect: 'NoSchedule' },
          ]),
        )

        await client.send(
          'PATCH',
          `${path}/plugin`,
          { spec: { template: { spec: { containers: [{ name: 'main', image: 'registry/app:2' }] } } } },
          'application/strategic-merge-patch+json',
        )
        await eventually(async () => {
          expect(valueAt(await read(`${path}/plugin`), 'status')).toMatchObject({
            observedGeneration: 2,
            updatedNumberScheduled: 1,
            numberReady: 1,
          })
          const images = listAt(await read(`/api/v1/namespaces/${namespace}/pods`), 'items').map((item) =>
            textAt(item, 'spec', 'containers', 0, 'image'),
          )
          expect(images).toEqual(['registry/app:2'])
        }, 90_000)
        await client.send('DELETE', `${path}/plugin`)
      })

      test('a Deployment rolls out, rolls over, and takes its pods with it', async () => {
        const namespace = await namespaceFor('rollout')
        const path = `/apis/apps/v1/namespaces/${namespace}/deployments`
        await create(path, deployment('web', 2, { containers: [container('main')] }))
        await eventually(async () => {
          const status = valueAt(await read(`${path}/web`), 'status')
          expect(status).toMatchObject({
            observedGeneration: 1,
            replicas: 2,
            updatedReplicas: 2,
            readyReplicas: 2,
            availableReplicas: 2,
          })
          expect(listAt(status, 'conditions')).toContainEqual(
            expect.objectContaining({ type: 'Available', status: 'True', reason: 'MinimumReplicasAvailable' }),
          )
        })
        await client.send(
          'PATCH',
          `${path}/web`,
          {
            spec: {
              template: { metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': '2025-01-01T00:00:00Z' } } },
            },
          },
          'application/strategic-merge-patch+json',
        )
        await eventually(async () => {
          expect(await read(`${path}/web`)).toMatchObject({
            metadata: { annotations: { 'deployment.kubernetes.io/revision': '2' } },
            status: { observedGeneration: 2, replicas: 2, updatedReplicas: 2, availableReplicas: 2 },
          })
        })
        const sets = listAt(await read(`/apis/apps/v1/namespaces/${namespace}/replicasets`), 'items')
        expect(sets.map((set) => numberAt(set, 'spec', 'replicas'))).toEqual(expect.arrayContaining([0, 2]))

        const gone = await client.send('DELETE', `${path}/web`, { propagationPolicy: 'Background' })
        expect(gone.status).toBe(200)
        await eventually(async () => {
          expect(listAt(await read(`/apis/apps/v1/namespaces/${namespace}/replicasets`), 'items')).toEqual([])
          expect(listAt(await read(`/api/v1/namespaces/${namespace}/pods`), 'items')).toEqual([])
        }, 90_000)
      })

      test('a Job runs until its completions', async () => {
        const namespace = await namespaceFor('job')
        const path = `/apis/batch/v1/namespaces/${namespace}/jobs`
        await create(path, {
          apiVersion: 'batch/v1',
          kind: 'Job',
          metadata: { name: 'train' },
          spec: {
            completions: 3,
            parallelism: 2,
            template: {
              metadata: { labels: { 'test/ends': 'yes' } },
              spec: { restartPolicy: 'Never', containers: [container('main')] },
            },
          },
        })
        await eventually(async () => {
          const status = valueAt(await read(`${path}/train`), 'status')
          expect(status).toMatchObject({ succeeded: 3 })
          expect(listAt(status, 'conditions')).toContainEqual(
            expect.objectContaining({ type: 'Complete', status: 'True' }),
          )
        }, 90_000)
      })

      test('a namespace goes with all that is in it', async () => {
        const namespace = await namespaceFor('ends')
        await create(
          `/apis/apps/v1/namespaces/${namespace}/deployments`,
          deployment('d', 1, { containers: [container('main')] }),
        )
        expect((await client.send('DELETE', `/api/v1/namespaces/${namespace}`)).status).toBe(200)
        await eventually(
          async () => expect((await client.send('GET', `/api/v1/namespaces/${namespace}`)).status).toBe(404),
          50_000,
        )
      })
    })

    describe('EKS', () => {
      test('pods of an associated service account get their credentials at admission', async () => {
        const namespace = await namespaceFor('identity')
        const path = `/api/v1/namespaces/${namespace}`
        await create(`${path}/serviceaccounts`, {
          apiVersion: 'v1',
          kind: 'ServiceAccount',
          metadata: { name: associatedServiceAccount },
        })
        const associated = await create(
          `${path}/pods`,
          pod('associated', { containers: [container('main')], serviceAccountName: associatedServiceAccount }),
        )
        expect(listAt(associated, 'spec', 'containers', 0, 'env')).toContainEqual(credentialsVariable)
        const plain = await create(`${path}/pods`, pod('plain', { containers: [container('main')] }))
        expect(listAt(plain, 'spec', 'containers', 0, 'env')).toEqual([])
      })

      test('logs are what the container has written', async () => {
        const namespace = await namespaceFor('logs')
        const path = `/api/v1/namespaces/${namespace}/pods`
        await create(path, pod('talker', { containers: [container('main')] }))
        await eventually(async () =>
          expect(await read(`${path}/talker`)).toMatchObject({ status: { phase: 'Running' } }),
        )
        const log = async (query: string): Promise<unknown> =>
          (await client.send('GET', `${path}/talker/log${query}`)).body
        expect(await log('')).toBe('first line of talker\nsecond line of talker\n')
        expect(await log('?tailLines=1')).toBe('second line of talker\n')
        expect(await client.send('GET', `${path}/talker/log?container=other`)).toMatchObject({
          status: 400,
          body: { message: 'container other is not valid for pod talker' },
        })
      })
    })

    describe('kubectl', () => {
      let folder: string
      let environment: NodeJS.ProcessEnv | undefined
      const kubectl = async (...words: readonly string[]): Promise<string> =>
        (await run('kubectl', [...words], { ...(environment !== undefined && { env: environment }) })).stdout

      beforeAll(async () => {
        folder = await mkdtemp(join(tmpdir(), 'eks-gpu-conformance-'))
        const config = join(folder, 'config')
        await writeFile(config, kubeconfigText(plane, administratorToken))
        const candidate = { ...process.env, KUBECONFIG: config, HOME: folder }
        const found = await run('kubectl', ['version', '--client'], { env: candidate }).then(
          () => true,
          () => false,
        )
        if (found) environment = candidate
        else
          process.stderr.write(
            `${name}: kubectl is not on PATH, its commands were not tried; https://kubernetes.io/docs/tasks/tools/\n`,
          )
      })
      afterAll(() => rm(folder, { recursive: true, force: true }))

      test('get, describe and logs, as the verify commands have them', async () => {
        if (environment === undefined) return
        const namespace = await namespaceFor('verify')
        await create(`/api/v1/namespaces/${namespace}/pods`, {
          ...pod('plugin', { containers: [gpuContainer()], tolerations: [gpuToleration] }),
          metadata: { name: 'plugin', labels: { name: 'plugin' } },
        })
        await eventually(async () => {
          expect(await kubectl('get', 'pods', '-n', namespace, '-l', 'name=plugin')).toMatch(
            /^NAME +READY +STATUS +RESTARTS +AGE\nplugin +1\/1 +Running +0 +\d+s\n$/,
          )
        })
        expect(await kubectl('get', 'nodes', '-l', 'nvidia.com/gpu=true')).toMatch(
          /^NAME +STATUS +ROLES +AGE +VERSION\ngpu-1 +Ready +<none> +\S+ +v1\.36\.0-eks-local\n$/,
        )
        expect(await kubectl('get', 'nodes', '-o', 'wide')).toContain('Amazon Linux 2023')
        expect(await kubectl('describe', 'nodes')).toMatch(/Allocatable:[\s\S]*?nvidia\.com\/gpu: +1\n/)
        expect(await kubectl('describe', 'pod', 'plugin', '-n', namespace)).toContain(
          `Successfully assigned ${namespace}/plugin to gpu-1`,
        )
        expect(await kubectl('logs', '-n', namespace, '-l', 'name=plugin')).toBe(
          'first line of plugin\nsecond line of plugin\n',
        )
        expect(await kubectl('logs', '-n', namespace, 'plugin', '--tail=1')).toBe('second line of plugin\n')
        expect(await kubectl('auth', 'can-i', 'create', 'deployments')).toBe('yes\n')
        expect(await kubectl('delete', 'pod', 'plugin', '-n', namespace)).toBe('pod "plugin" deleted\n')
      })

      test('create, cordon, drain: what kubectl sends as protobuf', async () => {
        if (environment === undefined) return
        const namespace = await namespaceFor('imperative')
        const within = (...words: readonly string[]): Promise<string> => kubectl(...words, '-n', namespace)
        expect(await within('create', 'configmap', 'settings', '--from-literal=a=b')).toBe(
          'configmap/settings created\n',
        )
        expect(await within('create', 'deployment', 'web', '--image=registry/app:1')).toBe(
          'deployment.apps/web created\n',
        )
        expect(await within('create', 'job', 'once', '--image=registry/app:1', '--', 'echo', 'hi')).toBe(
          'job.batch/once created\n',
        )
        await within('rollout', 'status', 'deployment/web', '--timeout=40s')
        await registerNode(client, plane, 'drained-1')
        expect(await kubectl('cordon', 'drained-1')).toBe('node/drained-1 cordoned\n')
        expect(await kubectl('get', 'node', 'drained-1')).toContain('Ready,SchedulingDisabled')
        expect(await kubectl('drain', 'drained-1', '--ignore-daemonsets')).toContain('node/drained-1 drained\n')
        expect(await kubectl('label', 'node', 'drained-1', 'a=b')).toBe('node/drained-1 labeled\n')
        expect(await kubectl('taint', 'node', 'drained-1', 'a=b:NoSchedule')).toBe('node/drained-1 tainted\n')
        expect(await kubectl('delete', 'node', 'drained-1')).toBe('node "drained-1" deleted\n')
        expect(await kubectl('delete', 'namespace', namespace, '--wait=false')).toBe(
          `namespace "${namespace}" deleted\n`,
        )
      })

      test('apply, get -w, scale, rollout and delete of a Deployment', async () => {
        if (environment === undefined) return
        const namespace = await namespaceFor('kubectl')
        const file = join(folder, 'web.json')
        const write = (env: readonly unknown[], extra: Readonly<Record<string, unknown>> = {}) =>
          writeFile(
            file,
            JSON.stringify(deployment('web', 1, { containers: [{ ...container('main'), env }], ...extra })),
          )
        const watching = spawn('kubectl', ['get', 'deployments', '-n', namespace, '-w'], { env: environment })
        let seen = ''
        watching.stdout.on('data', (chunk: Buffer) => {
          seen += chunk.toString()
        })
        try {
          await write([
            { name: 'A', value: '1' },
            { name: 'B', value: '2' },
          ])
          expect(await kubectl('apply', '-n', namespace, '-f', file)).toBe('deployment.apps/web created\n')
          expect(await kubectl('rollout', 'status', '-n', namespace, 'deployment/web', '--timeout=40s')).toContain(
            'successfully rolled out',
          )
          expect(await kubectl('apply', '-n', namespace, '-f', file)).toBe('deployment.apps/web unchanged\n')
          await write([{ name: 'B', value: '3' }], { nodeSelector: { role: 'system' } })
          expect(await kubectl('apply', '-n', namespace, '-f', file)).toBe('deployment.apps/web configured\n')
          const changed = await read(`/apis/apps/v1/namespaces/${namespace}/deployments/web`)
          expect(listAt(changed, 'spec', 'template', 'spec', 'containers', 0, 'env')).toEqual([
            { name: 'B', value: '3' },
          ])
          expect(await kubectl('scale', '-n', namespace, 'deployment/web', '--replicas=2')).toBe(
            'deployment.apps/web scaled\n',
          )
          expect(await kubectl('rollout', 'restart', '-n', namespace, 'deployment/web')).toBe(
            'deployment.apps/web restarted\n',
          )
          await kubectl('rollout', 'status', '-n', namespace, 'deployment/web', '--timeout=40s')
          expect(await kubectl('get', 'deployments', '-n', namespace)).toMatch(
            /^NAME +READY +UP-TO-DATE +AVAILABLE +AGE\nweb +2\/2 +2 +2 +\S+\n$/,
          )
          expect(await kubectl('get', 'all', '-n', namespace)).toContain('replicaset.apps/web-')
          expect(await kubectl('apply', '--server-side', '--force-conflicts', '-n', namespace, '-f', file)).toBe(
            'deployment.apps/web serverside-applied\n',
          )
          expect(await kubectl('delete', '-n', namespace, '-f', file)).toBe('deployment.apps "web" deleted\n')
          expect(seen).toMatch(/^NAME +READY +UP-TO-DATE +AVAILABLE +AGE\nweb /)
          expect(seen).toMatch(/\nweb +1\/1 +1 +1 /)
        } finally {
          watching.kill()
        }
      })
    })
  })
}

/** The columns that matter to whoever reads `kubectl get`; wide ones included. */
const expectedColumns: Readonly<Record<string, readonly string[]>> = {
  '/api/v1/pods': ['Name', 'Ready', 'Status', 'Restarts', 'Age', 'IP', 'Node', 'Nominated Node', 'Readiness Gates'],
  '/apis/apps/v1/deployments': ['Name', 'Ready', 'Up-to-date', 'Available', 'Age', 'Containers', 'Images', 'Selector'],
  '/apis/apps/v1/replicasets': ['Name', 'Desired', 'Current', 'Ready', 'Age', 'Containers', 'Images', 'Selector'],
  '/apis/apps/v1/daemonsets': [
    'Name',
    'Desired',
    'Current',
    'Ready',
    'Up-to-date',
    'Available',
    'Node Selector',
    'Age',
    'Containers',
    'Images',
    'Selector',
  ],
  '/apis/batch/v1/jobs': ['Name', 'Status', 'Completions', 'Duration', 'Age', 'Containers', 'Images', 'Selector'],
  '/api/v1/namespaces': ['Name', 'Status', 'Age'],
  '/api/v1/configmaps': ['Name', 'Data', 'Age'],
  '/api/v1/secrets': ['Name', 'Type', 'Data', 'Age'],
  '/api/v1/serviceaccounts': ['Name', 'Age'],
  '/api/v1/services': ['Name', 'Type', 'Cluster-IP', 'External-IP', 'Port(s)', 'Age', 'Selector'],
  '/api/v1/events': [
    'Last Seen',
    'Type',
    'Reason',
    'Object',
    'Subobject',
    'Source',
    'Message',
    'First Seen',
    'Count',
    'Name',
  ],
  '/apis/coordination.k8s.io/v1/leases': ['Name', 'Holder', 'Age'],
  '/apis/rbac.authorization.k8s.io/v1/clusterroles': ['Name', 'Created At'],
  '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings': [
    'Name',
    'Role',
    'Age',
    'Users',
    'Groups',
    'ServiceAccounts',
  ],
  '/apis/policy/v1/poddisruptionbudgets': ['Name', 'Min Available', 'Max Unavailable', 'Allowed Disruptions', 'Age'],
  '/apis/scheduling.k8s.io/v1/priorityclasses': ['Name', 'Value', 'Global-Default', 'Age', 'PreemptionPolicy'],
}

function configMap(name: string, data: Readonly<Record<string, string>>): Readonly<Record<string, unknown>> {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data }
}

function container(name: string): Readonly<Record<string, unknown>> {
  return { name, image: 'registry/app:1' }
}

function gpuContainer(): Readonly<Record<string, unknown>> {
  return { ...container('main'), resources: { limits: { 'nvidia.com/gpu': 1 } } }
}

function pod(name: string, spec: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec }
}

function deployment(
  name: string,
  replicas: number,
  podSpec: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      replicas,
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec: podSpec },
    },
  }
}

async function eventually(check: () => Promise<void>, within = 60_000): Promise<void> {
  const end = Date.now() + within
  for (;;) {
    try {
      await check()
      return
    } catch (error) {
      if (Date.now() > end) throw error
      await sleep(50)
    }
  }
}

function sendWithToken(
  plane: ControlPlane,
  token: string | undefined,
  method: string,
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<KubernetesResponse> {
  const agent = new Agent({ ca: plane.certificateAuthority })
  return new Promise((resolve, reject) => {
    const outgoing = httpsRequest(new URL(path, plane.endpoint), {
      method,
      agent,
      headers: {
        accept: 'application/json',
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...headers,
      },
    })
    outgoing.on('error', reject)
    outgoing.on('response', (incoming) => {
      let text = ''
      incoming.setEncoding('utf8')
      incoming.on('data', (chunk: string) => {
        text += chunk
      })
      incoming.on('error', reject)
      incoming.on('end', () => {
        const isJson = (incoming.headers['content-type'] ?? '').includes('json')
        resolve({ status: incoming.statusCode ?? 0, body: isJson ? JSON.parse(text) : text })
        agent.destroy()
      })
    })
    outgoing.end(body === undefined ? undefined : JSON.stringify(body))
  })
}

function kubeconfigText(plane: ControlPlane, token: string): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      {
        name: 'local',
        cluster: {
          server: plane.endpoint,
          'certificate-authority-data': Buffer.from(plane.certificateAuthority).toString('base64'),
        },
      },
    ],
    users: [{ name: 'local', user: { token } }],
    contexts: [{ name: 'local', context: { cluster: 'local', user: 'local' } }],
    'current-context': 'local',
  })
}
