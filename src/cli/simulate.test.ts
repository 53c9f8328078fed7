import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { run } from '@stricli/core'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, test } from 'vitest'
import { expectGolden } from '../report/testing/expect-golden.ts'
import { application } from './application.ts'
import { recordedContext } from './testing/recorded-context.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const at = 'src/cli/testdata/bad-input'

/** Runs `eks-gpu simulate` in the repository's folder. */
async function simulate(
  words: readonly string[],
): Promise<{ readonly out: string; readonly err: string; readonly exit: number }> {
  const recorded = recordedContext(root, {})
  await run(application(), ['simulate', ...words], recorded.context)
  return { out: recorded.out(), err: recorded.err(), exit: recorded.context.exit }
}

describe('bad input is told and nothing else', () => {
  test.each<[string, readonly string[]]>([
    ['malformed-yaml', ['-f', `${at}/malformed.yaml`]],
    ['bad-quantities', ['-f', `${at}/quantity.yaml`]],
    ['bad-selector', ['-f', `${at}/selector.yaml`]],
    ['negative-replicas', ['-f', `${at}/negative-replicas.yaml`]],
    ['two-global-defaults', ['-f', `${at}/two-defaults.yaml`]],
    [
      'several-at-once',
      ['-f', `${at}/quantity.yaml`, '-f', `${at}/missing.yaml`, '-f', `${at}/negative-replicas.yaml`],
    ],
    ['missing-file', ['-f', `${at}/missing.yaml`]],
    ['missing-source', ['missing-folder', '-f', `${at}/pod.yaml`]],
    ['source-is-manifests', [`${at}/pod.yaml`]],
    ['broken-plan', [`${at}/plan.json`]],
    ['binary-plan', [`${at}/plan.tfplan`]],
    ['broken-cluster', ['--cluster', `${at}/cluster.json`]],
    ['same-node-twice', ['-f', `${at}/node.yaml`, '-f', `${at}/node.yaml`]],
    ['two-clusters', [`${at}/plan.json`, '--cluster', `${at}/cluster.json`]],
    ['two-results', ['-f', `${at}/pod.yaml`, '--each-pod', '--explain', 'default/web']],
    ['two-inputs-on-stdin', ['-', '-f', '-']],
    ['scores-for-people', ['-f', `${at}/pod.yaml`, '--scores']],
    ['no-such-pod', ['-f', `${at}/node.yaml`, '-f', `${at}/pod.yaml`, '--explain', 'default/wep']],
    ['cluster-among-manifests', ['-f', 'examples/workloads/mixed-gpu-counts/cluster.json']],
    ['no-pod', ['-f', `${at}/pod.yaml`, '--explain', 'web']],
    ['nothing', []],
    ['no-kubectl', ['--from-cluster']],
    ['unwritable-output', ['-f', `${at}/pod.yaml`, '--output', 'no/such/folder/result.txt']],
  ])('%s', async (name, words) => {
    const { out, err, exit } = await simulate([...words, '--quiet'])
    expect({ out, exit }).toEqual({ out: '', exit: 1 })
    expect(err).not.toMatch(/^ +at .*\.[jt]s:\d/m)
    expectGolden(import.meta.url, `bad-input/${name}`, err.trimEnd())
  })

  test.each([
    [['--order', 'alphabetical'], /alphabetical/],
    [['--percentage-of-nodes-to-score', '0'], /0 is not between 1 and 100/],
    [['--seed', '-1'], /not a whole number|-1/],
    [['--frmat', 'json'], /--format/],
  ])('%j is refused by the command line', async (words, expected) => {
    const { out, err } = await simulate(words)
    expect(out).toBe('')
    expect(err).toMatch(expected)
  })
})

describe('recorded objects alone', () => {
  test('a pod on a recorded node', async () => {
    const { out, err, exit } = await simulate(['-f', `${at}/node.yaml`, '-f', `${at}/pod.yaml`, '--quiet'])
    expect({ err, exit }).toEqual({ err: '', exit: 0 })
    expectGolden(import.meta.url, 'recorded', out.trimEnd())
  })

  test('ten million pods are a count, not ten million objects', async () => {
    const words = ['-f', `${at}/node.yaml`, '-f', `${at}/ten-million.yaml`, '--quiet', '--format', 'json']
    const { out, err, exit } = await simulate(words)
    expect({ err, exit }).toEqual({ err: '', exit: 2 })
    expect(JSON.parse(out)).toMatchObject({ totals: { pods: 10_000_000, running: 10, pending: 9_999_990 }, pods: null })
  })
})

describe('results', () => {
  const production = ['--cluster', 'examples/workloads/production.json']
  const whisper = [...production, '-f', 'examples/workloads/missing-toleration']
  const golden = (name: string, text: string) => expectGolden(import.meta.url, name, text.trimEnd())
  const schema: unknown = JSON.parse(readFileSync(join(root, 'schemas/outcome.schema.json'), 'utf8'))
  const validate = new Ajv2020({ allErrors: true }).compile(schema as object)

  test('progress goes to standard error', async () => {
    const { out, err } = await simulate(whisper)
    expect(err).toBe('- Simulate\n✓ Simulate (TIME)\n'.replace('TIME', err.match(/\((.*)\)/)?.[1] ?? ''))
    expect(out).toMatch(/^Cluster ai-workloads-prod, /)
  })

  test('one pod explained', async () => {
    const { out, exit } = await simulate([...whisper, '--quiet', '--explain', 'default/whisper-0'])
    expect(exit).toBe(2)
    golden('explain', out)
  })

  test('a pod of a DaemonSet explained', async () => {
    const words = ['--quiet', '--explain', 'kube-system/nvidia-device-plugin-daemonset-inference-000000']
    golden('explain-daemon', (await simulate([...whisper, ...words])).out)
  })

  test('a cluster beside the manifests of a folder is left out', async () => {
    const folder = 'examples/workloads/mixed-gpu-counts'
    const { out, err } = await simulate(['--cluster', `${folder}/cluster.json`, '-f', folder])
    expect(err.split('\n')[0]).toBe(
      `${folder}/cluster.json is left out: a cluster as --print-cluster prints it, not Kubernetes objects`,
    )
    const quiet = ['--cluster', `${folder}/cluster.json`, '-f', `${folder}/jobs.yaml`, '--quiet']
    expect(out).toBe((await simulate(quiet)).out)
  })

  test('one pod explained for programs', async () => {
    const { out } = await simulate([...whisper, '--quiet', '--explain', 'default/whisper-0', '--format', 'json'])
    expect(JSON.parse(out)).toMatchObject({ schemaVersion: 1, pod: 'whisper-0', phase: 'Pending', node: null })
  })

  test('each pod on a line', async () => {
    const { out } = await simulate([...whisper, '--quiet', '--each-pod'])
    const rows = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown)
    expect(rows).toHaveLength(29)
    expect(rows).toContainEqual({
      namespace: 'default',
      pod: 'whisper-2',
      workload: 'Deployment/whisper',
      phase: 'Pending',
      group: null,
      node: null,
      tied: 0,
      message:
        '0/6 nodes are available: 3 Insufficient nvidia.com/gpu, 3 node(s) had untolerated taint(s). no new claims to deallocate, preemption: 0/6 nodes are available: 6 Preemption is not helpful for scheduling.',
    })
  })

  test('scores of every feasible node', async () => {
    const words = ['-f', `${at}/node.yaml`, '-f', `${at}/pod.yaml`, '--each-pod', '--scores', '--quiet']
    const { out } = await simulate(words)
    expect(JSON.parse(out)).toMatchObject({ pod: 'web', node: 'node-a', tied: 1, scores: [] })
  })

  test.each([
    ['spot-from-zero', production],
    ['training-gang', production],
    ['missing-toleration', production],
    ['gfd-label', production],
    ['mixed-gpu-counts', ['--cluster', 'examples/workloads/mixed-gpu-counts/cluster.json']],
    ['only-tainted-groups', ['--cluster', 'examples/workloads/only-tainted-groups/cluster.json']],
  ])('of %s in JSON are what the published schema says', async (name, cluster) => {
    const files = ['-f', `examples/workloads/${name}`]
    const { out } = await simulate([...cluster, ...files, '--quiet', '--format', 'json', '--scores'])
    validate(JSON.parse(out))
    expect(validate.errors).toBeNull()
  })

  test('a comparison with other workloads, and with another cluster', async () => {
    const other = ['--quiet', '--compare', 'examples/workloads/spot-from-zero']
    golden('compare-workloads', (await simulate([...whisper, ...other])).out)
    const cluster = ['--quiet', '--compare', 'examples/workloads/mixed-gpu-counts/cluster.json']
    const { out, exit } = await simulate([...production, '-f', 'examples/workloads/spot-from-zero', ...cluster])
    expect(exit).toBe(2)
    golden('compare-cluster', out)
  })

  test('what groups cost', async () => {
    const words = [...production, '-f', 'examples/workloads/spot-from-zero', '--cost', '--quiet']
    golden('cost', (await simulate(words)).out.split('\n').slice(-8).join('\n'))
  })

  test('files: the page, and the result without colours', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'eks-gpu-simulate-'))
    const [page, result] = [join(folder, 'page.html'), join(folder, 'result.txt')]
    const { out, err, exit } = await simulate([...whisper, '--quiet', '--html', page, '--output', result])
    expect({ out, err, exit }).toEqual({ out: '', err: '', exit: 2 })
    expect(readFileSync(page, 'utf8')).toMatch(/^<!doctype html>.*<\/html>\n$/s)
    expect(readFileSync(result, 'utf8')).toBe((await simulate([...whisper, '--quiet'])).out)
    rmSync(folder, { recursive: true, force: true })
  })

  test('a printed cluster reads back as the same', async () => {
    const { out, exit } = await simulate([...production, '--print-cluster'])
    expect(exit).toBe(0)
    const file = readFileSync(join(root, 'examples/workloads/production.json'), 'utf8')
    expect(JSON.parse(out)).toEqual(JSON.parse(file))
  })

  test('without an autoscaler nothing scales', async () => {
    const words = [
      ...production,
      '-f',
      'examples/workloads/spot-from-zero',
      '--no-autoscaler',
      '--format',
      'json',
      '--quiet',
    ]
    const { out, exit } = await simulate(words)
    expect(exit).toBe(2)
    expect(JSON.parse(out)).toMatchObject({ settings: { autoscaler: null }, totals: { pending: 5 }, loops: [] })
  })
})
