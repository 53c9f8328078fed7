import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readKubernetesInput } from '../kubernetes/read-kubernetes-input.ts'
import { clusterDumpCommands, openClusterDump } from './cluster-dump.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cluster-dump-'))
})
afterAll(async () => {
  await rm(folder, { recursive: true })
})

/** A program that answers `get RESOURCE` with what is given, refuses the rest, and complains as kubectl does. */
async function fakeKubectl(answers: Readonly<Record<string, string>>): Promise<string> {
  const program = join(folder, `kubectl-${Object.keys(answers).length}`)
  const cases = Object.entries(answers).map(([name, text]) => `*" get ${name} "*) echo '${text}';;`)
  const refusal = 'echo "Error from server (Forbidden): no" >&2; exit 1'
  await writeFile(program, `#!/bin/sh\ncase " $* " in\n${cases.join('\n')}\n*) ${refusal};;\nesac\n`)
  await chmod(program, 0o755)
  return program
}

test('the commands that record a cluster', () => {
  expect(clusterDumpCommands().slice(0, 3)).toEqual([
    'kubectl get nodes -A -o json',
    'kubectl get pods -A -o json',
    'kubectl get services -A -o json',
  ])
  expect(clusterDumpCommands()).toHaveLength(17)
})

test('a cluster through kubectl; what may not be listed is told', async () => {
  const list = (...items: readonly object[]): string => JSON.stringify({ apiVersion: 'v1', items, kind: 'List' })
  const program = await fakeKubectl({
    nodes: list({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'n' } }),
    pods: list(),
    services: list({ apiVersion: 'v1', kind: 'Service', metadata: { name: 's' }, spec: { selector: { a: 'b' } } }),
  })
  const dump = openClusterDump({ program, env: process.env })
  const input = await readKubernetesInput(dump.sources, { kubernetesVersion: '1.36', clusterKnown: true })
  expect(input.problems).toEqual([])
  expect(input.nodes.map(({ node }) => node.name)).toEqual(['n'])
  expect(input.objects.services).toEqual([{ namespace: 'default', name: 's', selector: { a: 'b' } }])
  expect(dump.unread()).toHaveLength(14)
  expect(dump.unread()[0]).toEqual({
    what: 'replicasets.apps of the cluster: Error from server (Forbidden): no',
    why: 'pods are not spread by their ReplicaSets, and replicas without a pod are not seen',
  })
})

test.for([
  { what: 'nodes that may not be listed', program: 'refusing', why: 'Error from server (Forbidden): no' },
  { what: 'a program that is not there', program: '/nowhere/kubectl', why: 'spawn /nowhere/kubectl ENOENT' },
])('without nodes there is nothing to go on with: $what', async ({ program, why }) => {
  const path = program === 'refusing' ? await fakeKubectl({}) : program
  const { sources } = openClusterDump({ program: path, env: process.env })
  const { problems } = await readKubernetesInput(sources.slice(0, 1), { kubernetesVersion: '1.36' })
  expect(problems).toEqual([
    {
      id: 'manifests-unreadable',
      what: 'kubectl get nodes -A -o json cannot be read to its end',
      why,
      fix: 'see that it can be read, and try again',
    },
  ])
})
