import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseHcl } from '../../read/terraform/hcl.ts'
import { moduleOutputs } from './module-outputs.ts'
import { awsRequirement, terraformRequirement } from './requirements.ts'
import { synthesize } from './synthesize.ts'

const module = fileURLToPath(new URL('../../../modules/eks-gpu-cluster', import.meta.url))
const options = { from: 'cluster.ts', moduleSource: '../modules/eks-gpu-cluster' }

function parsed(text: string | undefined): unknown {
  return JSON.parse(text ?? '')
}

describe('synthesize', () => {
  it('writes module calls, provider, backend and outputs', () => {
    const files = synthesize(
      {
        backend: { s3: { bucket: 'state', key: 'gpu.tfstate', region: 'us-east-1' } },
        providers: { aws: [{ region: 'us-east-1' }, { alias: 'west', region: { $ref: 'var.west' } }] },
        clusters: {
          west: {
            source: 'example.com/eks-gpu-cluster/aws',
            version: '~> 1.0',
            providers: { aws: 'aws.west' },
            cluster_name: 'ai-west',
            vpc_id: { $ref: 'module.vpc.vpc_id' },
            subnet_ids: [{ $ref: 'aws_subnet.a.id' }, 'subnet-b'],
            gpu_node_groups: {
              new: { instance_types: [{ $unlisted: 'g9.xlarge' }], max_size: 2, desired_size: undefined },
            },
            tags: { Team: '${not a reference} %{nor this}' },
            depends_on: ['module.vpc'],
          },
        },
      },
      options,
    )
    expect(parsed(files.get('main.tf.json'))).toEqual({
      '//': 'Written by eks-gpu synth from cluster.ts. Change that and run it again.',
      provider: { aws: [{ region: 'us-east-1' }, { alias: 'west', region: '${var.west}' }] },
      module: {
        west: {
          source: 'example.com/eks-gpu-cluster/aws',
          version: '~> 1.0',
          providers: { aws: 'aws.west' },
          cluster_name: 'ai-west',
          vpc_id: '${module.vpc.vpc_id}',
          subnet_ids: ['${aws_subnet.a.id}', 'subnet-b'],
          gpu_node_groups: { new: { instance_types: ['g9.xlarge'], max_size: 2 } },
          tags: { Team: '$${not a reference} %%{nor this}' },
          depends_on: ['module.vpc'],
        },
      },
      output: Object.fromEntries(
        moduleOutputs.map(({ output, description }) => [
          `west_${output}`,
          { description: `west: ${description}`, value: `\${module.west.${output}}` },
        ]),
      ),
    })
    expect(parsed(files.get('versions.tf.json'))).toEqual({
      '//': 'Written by eks-gpu synth from cluster.ts. Change that and run it again.',
      terraform: {
        required_version: '>= 1.5',
        required_providers: { aws: { source: 'hashicorp/aws', version: '>= 5.95, < 7.0' } },
        backend: { s3: { bucket: 'state', key: 'gpu.tfstate', region: 'us-east-1' } },
      },
    })
  })

  it('gives the outputs of a single cluster plain names', () => {
    const files = synthesize({ clusters: { gpu_cluster: { cluster_name: 'x' } } }, options)
    expect(parsed(files.get('main.tf.json'))).toMatchObject({
      module: { gpu_cluster: { source: '../modules/eks-gpu-cluster', cluster_name: 'x' } },
      output: { access: { value: '${module.gpu_cluster.access}' } },
    })
  })

  it('keeps any text a text, and gives the same text for the same configuration', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.string()), (tags) => {
        const config = { clusters: { a: { cluster_name: 'x', tags } } }
        const [main = ''] = synthesize(config, options).values()
        expect([...synthesize(structuredClone(config), options).values()][0]).toBe(main)
        // No template opens in what was text: every ${ or %{ has its sign doubled.
        const withoutOutputs = main.slice(0, main.indexOf('"output":'))
        expect(withoutOutputs.replaceAll(/\$\$\{|%%\{/g, '')).not.toMatch(/[$%]\{/)
      }),
    )
  })

  it('asks for the versions that the module asks for', async () => {
    const { body } = await parseHcl(readFileSync(`${module}/versions.tf`, 'utf8'))
    const text = JSON.stringify(body)
    expect(text).toContain(JSON.stringify(terraformRequirement))
    expect(text).toContain(JSON.stringify(awsRequirement))
  })

  it('hands on outputs that the module has', async () => {
    const { body } = await parseHcl(readFileSync(`${module}/outputs.tf`, 'utf8'))
    const outputs = body.blocks.map(({ labels }) => labels[0])
    expect(moduleOutputs.filter(({ output }) => !outputs.includes(output))).toEqual([])
  })
})
