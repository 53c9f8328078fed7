import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { gpuAmiTypeNames, gpuInstanceTypeNames } from '../../src/catalog/catalog-names.generated.ts'
import { checkConfig } from '../../src/read/config/check-config.ts'
import type { WrittenCluster, WrittenConfig } from '../../src/read/config/config-schema.ts'
import { readModuleSource } from '../../src/read/terraform/module-rules/module-source.ts'
import { synthesize } from '../../src/terraform/synth/synthesize.ts'
import { openWorkbench, terraformIn } from './workbench.ts'

const bench = openWorkbench()
afterAll(() => bench.remove())
const source = await readModuleSource(bench.module)

const diagnostic = z.object({
  diagnostic: z.exactOptional(z.object({ severity: z.string(), summary: z.string(), detail: z.string() })),
})

/** What a plan of a synthesised root says, without AWS: the errors, sorted; a test of Terraform also counts warnings of `check` blocks. */
async function planErrors(name: string, config: WrittenConfig): Promise<readonly string[]> {
  const directory = join(bench.root, name)
  mkdirSync(directory)
  const files = synthesize(config, { from: 'cluster.ts', moduleSource: '../modules/eks-gpu-cluster' })
  for (const [file, text] of files) writeFileSync(join(directory, file), text)
  writeFileSync(
    join(directory, 'plan.tftest.hcl'),
    `mock_provider "aws" {\n  source = "${join(bench.module, 'tests/mocks')}"\n}\nrun "plan" {\n  command = plan\n}\n`,
  )
  expect(await terraformIn(directory, 'init', '-backend=false', '-input=false', '-no-color')).toMatchObject({
    status: 0,
  })
  const { stdout } = await terraformIn(directory, 'test', '-json')
  return stdout
    .split('\n')
    .filter((text) => text.startsWith('{'))
    .flatMap((text) => diagnostic.parse(JSON.parse(text)).diagnostic ?? [])
    .filter(({ severity, summary }) => severity === 'error' && summary !== 'Check block assertion failed')
    .map(({ detail }) => detail.split('\n\nThis was checked by')[0] ?? '')
    .toSorted()
}

const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,10}$/)
const labels = fc.dictionary(name, fc.constantFrom('a', 'with ${sign}', '%{if}'), { maxKeys: 3 })
const sizes = fc
  .tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 1, max: 4 }))
  .map(([least, more]) => ({ min_size: least, max_size: least + more, desired_size: least + 1 }))

/** Groups that the module takes: types alike, on an image that can drive them. */
const goodGroup = fc
  .record(
    {
      instance_types: fc.constantFrom(
        ['g5.xlarge', 'g6.2xlarge'] as const,
        ['p5.48xlarge'] as const,
        ['g5g.xlarge'] as const,
      ),
      capacity_type: fc.constantFrom('SPOT', 'ON_DEMAND'),
      labels,
      taints: fc.constantFrom([], [{ key: 'team', value: 'ml', effect: 'NO_EXECUTE' as const }]),
      ami_family: fc.constantFrom('al2023', 'bottlerocket'),
      root_volume: fc.record({ size_gib: fc.integer({ min: 20, max: 500 }), throughput: fc.constant(250) }),
      local_storage: fc.constantFrom('raid0', 'none'),
      metadata_hop_limit: fc.integer({ min: 1, max: 64 }),
    },
    { requiredKeys: [] },
  )
  .chain((group) => sizes.map((size) => ({ ...group, ...size })))

const goodCluster: fc.Arbitrary<WrittenCluster> = fc.record(
  {
    cluster_name: fc.stringMatching(/^[a-z][a-z0-9_-]{0,40}$/),
    cluster_version: fc.constantFrom('1.33', '1.34', '1.35', '1.36'),
    gpu_node_groups: fc.dictionary(name, goodGroup, { maxKeys: 3 }),
    nat: fc.constantFrom('single', 'per_az'),
    vpc_cidr: fc.constantFrom('10.0.0.0/16', '172.16.0.0/20'),
    availability_zone_count: fc.integer({ min: 2, max: 4 }),
    public_access_cidrs: fc.constantFrom([], ['203.0.113.0/24']),
    log_retention_days: fc.constantFrom(0, 7, 365),
    addons: fc.constantFrom({}, { 'metrics-server': {} }),
    tags: fc.dictionary(name, fc.constantFrom('ml', '${not.a.reference}')),
    install_manifests: fc.boolean(),
  },
  { requiredKeys: ['cluster_name'] },
)

/** Groups with anything that the schema lets through; most contradict themselves somewhere. */
const anyGroup = fc.record(
  {
    instance_types: fc.array(fc.constantFrom(...gpuInstanceTypeNames), { minLength: 1, maxLength: 2 }),
    ami_type: fc.constantFrom(...gpuAmiTypeNames),
    ami_family: fc.constantFrom('al2023', 'bottlerocket'),
    ami_id: fc.constant('ami-0123456789abcdef0'),
    user_data: fc.constant('none' as const),
    release_version: fc.constant('1.36.0-20261003'),
  },
  { requiredKeys: [] },
)

/** Fixed, so that a run of CI can be had again. */
const seed = 20261126

describe('what synth writes', () => {
  it('plans, whatever the schema and the module take', async () => {
    const clusters = Object.fromEntries(
      fc.sample(goodCluster, { seed, numRuns: 8 }).map((each, index) => [`c${index}`, each]),
    )
    expect(checkConfig({ clusters }, 'cluster.ts', () => undefined, source)).toEqual({
      kind: 'config',
      config: { clusters },
      warnings: expect.any(Array),
    })
    expect(await planErrors('good', { clusters })).toEqual([])
  })

  it('is refused by synth with exactly the words of the plan', async () => {
    const groups = fc.sample(anyGroup, { seed, numRuns: 60 })
    const cluster: WrittenCluster = {
      cluster_name: 'x',
      gpu_node_groups: Object.fromEntries(groups.map((each, index) => [`group-${index}`, each])),
    }
    const checked = checkConfig(cluster, 'cluster.ts', () => undefined, source)
    const said = checked.kind === 'problems' ? checked.problems.map(({ what }) => what).toSorted() : []
    expect(said.length).toBeGreaterThan(20)
    expect(await planErrors('wrong', { clusters: { only: cluster } })).toEqual(said)
  })

  it('is refused by synth with exactly the words of a validation', async () => {
    const wrong: Readonly<Record<string, WrittenCluster>> = {
      a: { cluster_name: '-', vpc_cidr: '10.0.0.0/8', iam_role_path: 'platform' },
      b: {
        cluster_name: 'b',
        public_access_cidrs: ['10.0.0.300/24'],
        availability_zones: ['us-east-1a'],
        availability_zone_count: 7,
      },
      c: {
        cluster_name: 'c',
        gpu_node_groups: {
          'c-sizes': { min_size: 4 },
          'c-taint': { taints: [{ key: 'k' }] },
          'c-disk': { root_volume: { size_gib: 1 } },
        },
      },
      d: { cluster_name: 'd', system_node_group: { min_size: 1, instance_types: ['m7i.large', 'm7g.large'] } },
    }
    const checked = checkConfig({ clusters: wrong }, 'cluster.ts', () => undefined, source)
    const said =
      checked.kind === 'problems'
        ? checked.problems.map(({ what }) => what.replace(/^Cluster \w: /, '')).toSorted()
        : []
    expect(said.length).toBeGreaterThan(8)
    expect(await planErrors('validations', { clusters: wrong })).toEqual(said)
  })
})
