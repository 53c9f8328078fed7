import { expect, test } from 'vitest'
import type { KubernetesInput } from './kubernetes-input.ts'
import { readKubernetesInput } from './read-kubernetes-input.ts'

const mebibyte = 1024 ** 2
const bulk = 'A command line, an environment, a script: nothing that decides where a pod runs. '.repeat(100)

const deployment = (index: number): string => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web-${index}
spec:
  replicas: 1000
  selector:
    matchLabels:
      app: web-${index}
  template:
    metadata:
      labels:
        app: web-${index}
    spec:
      containers:
      - name: main
        command: ["sh", "-c", "${bulk}"]
        resources:
          limits: {cpu: 1, nvidia.com/gpu: 1}
`
const configMap = (index: number): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: config-${index}\ndata:\n  script: |\n    ${bulk}\n`
const item = (manifest: string): string => `- ${manifest.trimEnd().replaceAll('\n', '\n  ')}\n`
const pod = (index: number): string =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `pod-${index}`, uid: `${index}`, managedFields: [{ fieldsV1: bulk }] },
    spec: { nodeName: `node-${index % 100}`, containers: [{ name: 'c', args: [bulk] }] },
    status: { phase: 'Running' },
  })

/** Three streams of about `size` characters in all: documents, one YAML list, one JSON list; `watch` is called on the way. */
function* streams(
  size: number,
  watch: () => void,
): Generator<{ readonly name: string; readonly open: () => AsyncGenerator<string> }> {
  const stream = (before: string, piece: (index: number) => string, after: string) =>
    async function* pieces(): AsyncGenerator<string> {
      yield before
      for (let index = 0, length = 0; length < size / 3; index += 1) {
        const text = piece(index)
        length += text.length
        yield text
        if (index % 100 === 0) watch()
      }
      yield after
    }
  // As many workloads whatever the size is: what is kept of them must not be taken for what is read.
  const few = Math.ceil(size / 3 / 8000 / 1000)
  const manifest = (index: number): string => (index % few === 0 ? deployment(index) : configMap(index))
  yield { name: 'documents.yaml', open: stream('', (index) => `${manifest(index)}---\n`, '') }
  yield {
    name: 'list.yaml',
    open: stream('apiVersion: v1\nkind: List\nitems:\n', (index) => item(configMap(-1 - index)), 'metadata: {}\n'),
  }
  yield {
    name: 'pods.json',
    open: stream(
      '{"apiVersion": "v1", "items": [',
      (index) => `${index === 0 ? '' : ','}${pod(index)}`,
      '], "kind": "List"}',
    ),
  }
}

async function read(size: number): Promise<{ readonly input: KubernetesInput; readonly peak: number }> {
  let peak = 0
  const watch = (): void => {
    peak = Math.max(peak, process.memoryUsage.rss())
  }
  const input = await readKubernetesInput([...streams(size, watch)], { kubernetesVersion: '1.36.3' })
  watch()
  return { input, peak }
}

test('300 MB of manifests need hardly more memory than 60 MB', async () => {
  const small = await read(60 * mebibyte)
  const large = await read(300 * mebibyte)
  for (const { input } of [small, large]) {
    expect(input.problems).toEqual([])
    expect(input.workloads.length).toBeGreaterThan(600)
    expect(input.workloads.every(({ replicas }) => replicas === 1000)).toBe(true)
  }
  expect(large.input.pods.length).toBeGreaterThan(4 * small.input.pods.length)
  expect(large.peak / small.peak).toBeLessThan(1.5)
  expect(large.peak).toBeLessThan(1.5 * 300 * mebibyte)
})
