import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { type CommandPlace, commandPlace } from './testing/command-place.ts'

const places: CommandPlace[] = []
afterEach(() => {
  for (const each of places.splice(0)) each.remove()
})

/** A folder with files, until the test ends. */
function place(files: Readonly<Record<string, string>>): CommandPlace {
  const made = commandPlace(files)
  places.push(made)
  return made
}

const yaml = `cluster_name: ai
gpu_node_groups:
  inference:
    instance_types: [g5.xlarge]
    max_size: 4
`

describe('eks-gpu synth', () => {
  it('writes a root, and says so', async () => {
    const { run, read } = place({ 'cluster.yaml': yaml })
    expect(await run('synth', 'cluster.yaml')).toEqual({
      exit: 0,
      out: [
        'cluster/main.tf.json      written',
        'cluster/versions.tf.json  written',
        '',
        'module.gpu_cluster: cluster ai, GPU group inference',
        '',
        'Next: eks-gpu up cluster.yaml --local, then without --local',
        '',
      ].join('\n'),
      err: '',
    })
    const before = read('cluster/main.tf.json')
    expect((await run('synth', 'cluster.yaml')).out).toContain('cluster/main.tf.json      unchanged')
    expect(read('cluster/main.tf.json')).toBe(before)
    expect(await run('synth', 'cluster.yaml', '--check')).toEqual({
      exit: 0,
      out: 'cluster is what cluster.yaml says.\n',
      err: '',
    })
  })

  it('writes nothing with --check, and finds what is stale', async () => {
    const { run, folder } = place({ 'cluster.yaml': yaml })
    expect((await run('synth', 'cluster.yaml', '--check', '-o', 'tf')).out).toBe(
      [
        'tf/main.tf.json is missing',
        'tf/versions.tf.json is missing',
        'Run: eks-gpu synth cluster.yaml -o tf',
        '',
      ].join('\n'),
    )
    await run('synth', 'cluster.yaml', '-o', 'tf')
    writeFileSync(join(folder, 'cluster.yaml'), yaml.replace('4', '5'))
    expect(await run('synth', 'cluster.yaml', '--check', '-o', 'tf')).toEqual({
      exit: 2,
      out: 'tf/main.tf.json is not what cluster.yaml says\nRun: eks-gpu synth cluster.yaml -o tf\n',
      err: '',
    })
  })

  it('keeps a file that it did not write', async () => {
    const { run, read } = place({ 'cluster.yaml': yaml, 'main.tf.json': '{}\n' })
    const { exit, err } = await run('synth', 'cluster.yaml', '-o', '.')
    expect({ exit, main: read('main.tf.json') }).toEqual({ exit: 1, main: '{}\n' })
    expect(err).toContain('./main.tf.json is there and was not written by eks-gpu synth.')
  })

  it('points into YAML and JSON', async () => {
    const { run } = place({
      'cluster.yaml': yaml.replace('max_size', 'max_sise'),
      'cluster.json': '{\n  "cluster_name": "ai",\n  "nat": "dual"\n}\n',
      'broken.json': '{ "cluster_name": ',
    })
    expect((await run('synth', 'cluster.yaml')).err).toContain('did you mean max_size?\n  at cluster.yaml:5:15\n')
    expect((await run('synth', 'cluster.json')).err).toContain('at cluster.json:3:10\n')
    expect((await run('synth', 'broken.json')).err).toContain('broken.json is no JSON')
  })

  it.each<readonly [string, readonly string[]]>([
    ['nowhere.ts', ['There is no file nowhere.ts.', 'eks-gpu init']],
    ['cluster.toml', ['its name ends with .toml']],
  ])('refuses %s', async (file, texts) => {
    const { run } = place({ 'cluster.toml': '' })
    const { exit, err } = await run('synth', file)
    expect(exit).toBe(1)
    for (const text of texts) expect(err).toContain(text)
  })
})

const head = "import { defineCluster, defineConfig, ref } from 'eks-gpu-clusters'\n"

describe('eks-gpu synth of TypeScript', () => {
  it('takes clusters of several files, and says what they print', async () => {
    const { run, read } = place({
      'package.json': '{}\n',
      'shared.ts':
        "import type { GpuNodeGroup } from 'eks-gpu-clusters'\nexport const spot = { capacity_type: 'SPOT' } as const satisfies GpuNodeGroup\n",
      'cluster.ts': `${head}import { spot } from './shared.ts'\nconsole.log('hello')\nexport default defineConfig({\n  providers: { aws: { region: 'eu-west-1' } },\n  clusters: { prod: { cluster_name: 'prod', gpu_node_groups: { a: { ...spot, max_size: 2 } }, vpc_id: ref('aws_vpc.a.id'), subnet_ids: ref('aws_subnet.a[*].id') } },\n})\n`,
    })
    const { exit, out, err } = await run('synth', 'cluster.ts')
    expect({ exit, err }).toEqual({ exit: 0, err: 'hello\n' })
    expect(out).toContain('module.prod: cluster prod, GPU group a\n')
    expect(JSON.parse(read('cluster/main.tf.json'))).toMatchObject({
      provider: { aws: { region: 'eu-west-1' } },
      module: {
        prod: {
          gpu_node_groups: { a: { capacity_type: 'SPOT', max_size: 2 } },
          vpc_id: '${aws_vpc.a.id}',
          subnet_ids: '${aws_subnet.a[*].id}',
        },
      },
    })
  })
})
