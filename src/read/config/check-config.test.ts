import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { generalInstanceTypeNames, gpuInstanceTypeNames } from '../../catalog/catalog-names.generated.ts'
import { readModuleSource } from '../terraform/module-rules/module-source.ts'
import { checkConfig } from './check-config.ts'

const source = await readModuleSource(fileURLToPath(new URL('../../../modules/eks-gpu-cluster', import.meta.url)))
const check = (value: unknown) =>
  checkConfig(value, 'cluster.ts', (path) => ({ file: path.join('.') || 'whole', line: 1, column: 1 }), source)

/** Problems as `place: text`. */
function problems(value: unknown): readonly string[] {
  const checked = check(value)
  return checked.kind === 'config' ? [] : checked.problems.map(({ at, what }) => `${at?.file}: ${what}`)
}

const good = { cluster_name: 'x' }
const group = (value: unknown) => ({ ...good, gpu_node_groups: { inference: value } })

describe('checkConfig', () => {
  it.each<readonly [string, unknown, readonly string[]]>([
    ['nothing', null, ['whole: cluster.ts: the whole is wrong: expected object, received null.']],
    ['no name', {}, ['cluster_name: cluster.ts: cluster_name is missing.']],
    [
      'a misspelt input',
      { ...good, gpu_node_gruops: {} },
      ['gpu_node_gruops: cluster.ts: gpu_node_gruops is not known; did you mean gpu_node_groups?'],
    ],
    [
      'a misspelt attribute of a group',
      group({ max_sise: 3 }),
      [
        'gpu_node_groups.inference.max_sise: cluster.ts: gpu_node_groups.inference.max_sise is not known; did you mean max_size?',
      ],
    ],
    [
      'an instance type that is not there',
      group({ instance_types: ['g5.xlarg'] }),
      [
        'gpu_node_groups.inference.instance_types.0: cluster.ts: gpu_node_groups.inference.instance_types[0] is wrong: "g5.xlarg" is no GPU instance type that we know; did you mean g5.xlarge?; one that is newer than this release is written { $unlisted: "g5.xlarg" }.',
      ],
    ],
    [
      'a version that YAML took for a number',
      { ...good, cluster_version: 1.3 },
      ['cluster_version: cluster.ts: cluster_version is wrong: is a number: write it in quotes, as in "1.36".'],
    ],
    [
      'an effect in the spelling of Kubernetes',
      group({ taints: [{ key: 'a', value: 'b', effect: 'NoSchedule' }] }),
      [
        'gpu_node_groups.inference.taints.0.effect: cluster.ts: gpu_node_groups.inference.taints[0].effect is wrong: "NoSchedule" is no effect that we know; did you mean NO_SCHEDULE?',
      ],
    ],
    [
      'an add-on that is not there',
      { ...good, addons: { 'metric-server': {} } },
      [
        'addons.metric-server: cluster.ts: addons["metric-server"] is wrong: "metric-server" is no EKS add-on that we know; did you mean metrics-server?',
      ],
    ],
    [
      'a reference that is none',
      { ...good, vpc_id: { $ref: '${module.vpc.id}' }, subnet_ids: [] },
      [
        'vpc_id.$ref: cluster.ts: vpc_id.$ref is wrong: is no reference such as module.vpc.vpc_id, var.name or aws_vpc.main.id.',
      ],
    ],
    [
      'what the module refuses',
      group({ instance_types: ['g5.xlarge', 'g5.12xlarge'] }),
      [
        'gpu_node_groups.inference.instance_types: GPU group "inference" mixes GPU counts (g5.xlarge has 1, g5.12xlarge has 4): the autoscaler models the group by its first type only, so make a group for each count.',
      ],
    ],
    [
      'what the module refuses, in one of several clusters',
      { clusters: { a: good, b: { cluster_name: '-' } } },
      [
        'clusters.b.cluster_name: Cluster b: cluster_name must start with a letter or digit and hold 1 to 100 letters, digits, hyphens and underscores, as EKS demands.',
      ],
    ],
    ['no cluster', { clusters: {} }, ['clusters: cluster.ts: clusters is empty: name at least one cluster.']],
    [
      'two backends',
      { clusters: { a: good }, backend: { s3: {}, gcs: {} } },
      ['backend: cluster.ts: backend is wrong: it must name one backend, such as { s3: { … } }, and names 2.'],
    ],
    [
      'two providers without an alias',
      { clusters: { a: good }, providers: { aws: [{ region: 'a' }, { region: 'b' }] } },
      ['providers.aws: cluster.ts: providers.aws is wrong: of several AWS providers all but one need an alias.'],
    ],
    [
      'a version without a registry',
      { clusters: { a: { ...good, version: '1.0.0' } } },
      [
        'clusters.a.version: cluster.ts: clusters.a.version is wrong: only a module of a registry has a version, so give its source as well.',
      ],
    ],
  ])('refuses %s', (_, value, said) => {
    expect(problems(value)).toEqual(said)
  })

  it.each<readonly [string, unknown]>([
    ['a name alone', good],
    [
      'a reference',
      { ...good, vpc_id: { $ref: 'module.vpc.vpc_id' }, subnet_ids: { $ref: 'aws_subnet.private[*].id' } },
    ],
    ['a type that is newer', group({ instance_types: [{ $unlisted: 'g9.xlarge' }] })],
    ['an add-on of AWS Marketplace', { ...good, addons: { datadog_operator: {} } }],
    ['a schema for the editor', { $schema: './cluster-file.schema.json', ...good }],
  ])('takes %s', (_, value) => {
    expect(problems(value)).toEqual([])
  })

  const names = fc.stringMatching(/^[a-z][a-z0-9-]{0,20}$/)
  /** Ways to be wrong that concern one group. */
  const wrongGroups: fc.Arbitrary<unknown> = fc.oneof(
    fc.record({ min_size: fc.integer({ min: 5, max: 9 }), max_size: fc.integer({ min: 1, max: 4 }) }),
    fc.record({ capacity_type: fc.string() }),
    fc.record({ desired_size: fc.integer({ min: 2 }) }),
    fc.constantFrom(
      { ami_id: 'ami-1', ami_type: 'AL2023_x86_64_NVIDIA' },
      { user_data: 'none' },
      { taints: [{ key: 'a' }] },
    ),
    fc.record({
      instance_types: fc.tuple(fc.constantFrom('g5.xlarge', 'g6.xlarge'), fc.constantFrom('g5.48xlarge', 'g5g.xlarge')),
    }),
    fc.record({ instance_types: fc.array(fc.constantFrom(...generalInstanceTypeNames), { minLength: 1 }) }),
    fc.record({ root_volume: fc.record({ size_gib: fc.integer({ max: 19 }) }) }),
    fc.record({ [`${'x'}_y`]: fc.anything() }),
  )

  it('names the group that is wrong, whatever is wrong', () => {
    fc.assert(
      fc.property(names, wrongGroups, (name, wrong) => {
        const said = problems({ cluster_name: 'x', gpu_node_groups: { fine: {}, [`${name}-wrong`]: wrong } })
        expect(said.length).toBeGreaterThan(0)
        for (const text of said) expect(text).toContain(`${name}-wrong`)
      }),
      { numRuns: 60 },
    )
  })

  it('takes every GPU type that the drivers of EKS can drive, alone', () => {
    const groups = gpuInstanceTypeNames.filter((type) => !type.startsWith('g7.'))
    const named = Object.fromEntries(groups.map((type) => [type.replaceAll('.', '-'), { instance_types: [type] }]))
    expect(problems({ ...good, gpu_node_groups: named })).toEqual([])
  })
})
