import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { GetPolicyCommand, GetPolicyVersionCommand, IAMClient } from '@aws-sdk/client-iam'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { EnvironmentRecord } from '../../src/local/environment.ts'
import { openEksGpu, upResult } from '../local/eks-gpu.ts'
import { openWorkbench } from '../terraform/workbench.ts'
import { type AppliedRole, answer, iamPage, type Question, questions, roleOf } from './least-privilege.ts'

const page = fileURLToPath(new URL('../../docs/iam.md', import.meta.url))
const bench = openWorkbench()
const eksGpu = openEksGpu()
const examples = ['production', 'storage', 'karpenter-ready'] as const

const instance = z.object({
  index_key: z.union([z.string(), z.number()]).optional(),
  attributes: z.record(z.string(), z.unknown()),
})
const stateSchema = z.object({
  resources: z.array(z.object({ mode: z.string(), type: z.string(), name: z.string(), instances: z.array(instance) })),
})
type State = z.output<typeof stateSchema>

let roles: readonly AppliedRole[] = []
let asked: readonly Question[] = []

// Three clusters, one after the other.
beforeAll(async () => {
  const states: State[] = []
  const applied: AppliedRole[] = []
  for (const example of examples) {
    const directory = bench.example(example)
    upResult(await eksGpu.run('up', directory, '--local', '--kubernetes', 'embedded', '--format', 'json'))
    const record = await eksGpu.environment(directory)
    const state = stateSchema.parse(JSON.parse(readFileSync(join(record.home, 'terraform/terraform.tfstate'), 'utf8')))
    states.push(state)
    applied.push(...(await appliedRoles(state, record)))
    await eksGpu.run('down', directory, '--local')
  }
  const [production, storage, karpenter] = states
  if (production === undefined || storage === undefined || karpenter === undefined)
    throw new Error('an example is missing')
  // The first example that has a role stands for all of them.
  roles = applied.filter(({ address }, index) => applied.findIndex((role) => role.address === address) === index)
  asked = questions({
    cluster: 'ai-workloads-prod',
    kmsKeyArn: attribute(production, 'aws_kms_key', 'arn'),
    kmsKeyPolicy: JSON.parse(attribute(production, 'aws_kms_key', 'policy')),
    installerLogGroup: `/aws/lambda/${attribute(production, 'aws_lambda_function', 'function_name')}`,
    installerFunction: attribute(production, 'aws_lambda_function', 'function_name'),
    subnetId: attribute(production, 'aws_subnet', 'id', 'private'),
    storage: {
      volumeKeyArn: attribute(storage, 'aws_kms_key', 'arn', 'volumes'),
      volumeKeyPolicy: JSON.parse(attribute(storage, 'aws_kms_key', 'policy', 'volumes')),
      fileSystemArn: attribute(storage, 'aws_efs_file_system', 'arn'),
      bucketArn: 'arn:aws:s3:::example-models',
    },
    karpenter: {
      cluster: 'gpu-karpenter',
      nodeRoleArn: attribute(karpenter, 'aws_iam_role', 'arn', 'karpenter_node'),
      profileArn: attribute(karpenter, 'aws_iam_instance_profile', 'arn'),
      queueArn: attribute(karpenter, 'aws_sqs_queue', 'arn'),
    },
  })
}, 1_800_000)

afterAll(async () => {
  await eksGpu.close()
  bench.remove()
})

describe('the roles that the examples apply', () => {
  it('are all asked about, but for system nodes and those of Karpenter, whose policies are those of GPU nodes', () => {
    const unasked = roles.filter(({ address }) => roleOf(address) === undefined)
    expect(unasked.map(({ address }) => address)).toEqual(['aws_iam_role.system', 'aws_iam_role.karpenter_node'])
    const names = (wanted: (address: string) => boolean) =>
      roles.filter(({ address }) => wanted(address)).map(({ policies }) => policies.map(({ name }) => name))
    expect(
      new Set(names((address) => /system|gpu|karpenter_node/.test(address)).map((list) => list.join())),
    ).toHaveLength(1)
  })

  it('may do what they need, and nothing else', async () => {
    const wrong: string[] = []
    for (const role of roles)
      for (const question of asked.filter((candidate) => candidate.role === roleOf(role.address))) {
        const found = await answer(question, role)
        if (found !== question.expected)
          wrong.push(`${role.address}: ${question.can} (${question.action}): ${found}, not ${question.expected}`)
      }
    expect(wrong).toEqual([])
  })

  it('are what docs/iam.md says', () => {
    const text = iamPage(roles, asked)
    if (process.env['UPDATE_DOCS'] === '1') writeFileSync(page, text)
    expect(readFileSync(page, 'utf8')).toBe(text)
  })
})

/** Roles of the state with their inline and managed policies, managed ones as IAM has them. */
async function appliedRoles(state: State, record: EnvironmentRecord): Promise<readonly AppliedRole[]> {
  const iam = new IAMClient({ endpoint: record.awsEndpoint, region: 'us-east-1', credentials: record.credentials })
  const text = (value: unknown) => z.string().parse(value)
  const of = (type: string) =>
    state.resources
      .filter((resource) => resource.mode === 'managed' && resource.type === type && resource.name !== 'people')
      .flatMap(({ name, instances }) => instances.map((one) => ({ name, ...one })))
  const managed = new Map<string, unknown>()
  for (const { attributes } of of('aws_iam_role_policy_attachment')) {
    const arn = text(attributes['policy_arn'])
    if (managed.has(arn)) continue
    const { Policy } = await iam.send(new GetPolicyCommand({ PolicyArn: arn }))
    const { PolicyVersion } = await iam.send(
      new GetPolicyVersionCommand({ PolicyArn: arn, VersionId: Policy?.DefaultVersionId }),
    )
    managed.set(arn, JSON.parse(decodeURIComponent(PolicyVersion?.Document ?? '')))
  }
  return of('aws_iam_role')
    .map(({ name, index_key, attributes }): AppliedRole => {
      const id = text(attributes['id'])
      const attached = of('aws_iam_role_policy_attachment').filter((one) => one.attributes['role'] === id)
      const inline = of('aws_iam_role_policy').filter((one) => one.attributes['role'] === id)
      return {
        address: `aws_iam_role.${name}${typeof index_key === 'string' ? `["${index_key}"]` : ''}`,
        arn: text(attributes['arn']),
        trusts: z
          .object({ Statement: z.tuple([z.object({ Principal: z.object({ Service: z.string() }) })]) })
          .parse(JSON.parse(text(attributes['assume_role_policy']))).Statement[0].Principal.Service,
        policies: [
          ...attached
            .map((one) => text(one.attributes['policy_arn']))
            .map((arn) => ({ name: arn.split('/').at(-1) ?? arn, document: managed.get(arn) })),
          ...inline.map((one) => ({
            name: text(one.attributes['name_prefix']).replace(/-$/, ''),
            document: JSON.parse(text(one.attributes['policy'])) as unknown,
          })),
        ].sort((a, b) => (a.name < b.name ? -1 : 1)),
      }
    })
    .sort((a, b) => (a.address < b.address ? -1 : 1))
}

function attribute(state: State, type: string, name: string, resource?: string): string {
  const found = state.resources.find(
    (one) => one.type === type && one.mode === 'managed' && (resource === undefined || one.name === resource),
  )
  return z.string().parse(found?.instances[0]?.attributes[name])
}
