import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findMoto } from '../../src/local/aws/moto/find-moto.ts'
import { type Moto, startMoto } from '../../src/local/aws/moto/start-moto.ts'
import { openWorkbench } from '../terraform/workbench.ts'
import { openEksGpu } from './eks-gpu.ts'

const bench = openWorkbench()
const eksGpu = openEksGpu()
afterAll(async () => {
  await eksGpu.close()
  bench.remove()
})

describe('a cluster in TypeScript', () => {
  it('comes up and goes away on this machine, as the example says', async () => {
    const folder = join(bench.root, 'typescript')
    cpSync(fileURLToPath(new URL('../../examples/typescript', import.meta.url)), folder, {
      recursive: true,
      filter: (path) => !path.endsWith('/cluster'),
    })
    const file = join(folder, 'cluster.ts')
    const up = await eksGpu.run('up', file, '--local', '--kubernetes', 'embedded')
    expect(up.status, up.stderr).toBe(0)
    expect(up.stderr).toContain(`the Terraform root of ${file}`)
    for (const text of ['Cluster gpu-typescript', 'spot', 'ok  autoscaler available']) expect(up.stdout).toContain(text)

    const again = await eksGpu.run('up', file, '--local', '--kubernetes', 'embedded')
    expect(again.status, again.stderr).toBe(0)
    expect(again.stdout).toContain('Plan: no changes.')

    // A change of the file is a change of the cluster.
    writeFileSync(file, readFileSync(file, 'utf8').replace('max_size: 2', 'max_size: 3'))
    const changed = await eksGpu.run('up', file, '--local', '--kubernetes', 'embedded')
    expect(changed.status, changed.stderr).toBe(0)
    expect(changed.stdout).toMatch(/Plan: .*~ \d+ to change/)

    const down = await eksGpu.run('down', file, '--local')
    expect(down.status, down.stderr).toBe(0)
  })

  it('is not brought up when the module refuses it', async () => {
    const file = join(bench.root, 'wrong.ts')
    writeFileSync(
      file,
      "import { defineCluster } from 'eks-gpu-clusters'\nexport default defineCluster({ cluster_name: 'x', gpu_node_groups: { a: { min_size: 2 } } })\n",
    )
    const { status, stderr } = await eksGpu.run('up', file, '--local')
    expect({ status, made: existsSync(join(bench.root, 'wrong')) }).toEqual({ status: 1, made: false })
    expect(stderr).toContain('Wrong: a (min_size 2, max_size 1).')
  })
})

describe('init --from aws', () => {
  let moto: Moto
  let account: ReturnType<typeof openEksGpu>

  beforeAll(async () => {
    const program = await findMoto(process.env)
    if (program === undefined) throw new Error('moto_server is not on PATH: pip install "moto[server]"')
    moto = await startMoto(program, join(bench.root, 'moto'), process.env)
    const credentials = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_REGION: 'us-east-1' }
    account = openEksGpu({ ...credentials, AWS_ENDPOINT_URL: moto.endpoint })
  })
  afterAll(async () => {
    await account.close()
    await moto.stop()
  })

  it('says why no network of the account will do', async () => {
    // The subnets of a default VPC give their instances public addresses.
    const { status, stderr } = await account.run('init', join(bench.root, 'none'), '--yes', '--from', 'aws')
    expect(status).toBe(1)
    expect(stderr).toContain('No VPC of the account in us-east-1 can take the cluster.')
    expect(stderr).toContain('it has private subnets with 16 free addresses in 0 zones, and EKS needs two')
  })

  it('takes a VPC with its private subnets', async () => {
    const network = await makeNetwork(moto.endpoint)
    const folder = join(bench.root, 'found')
    const { status, stderr } = await account.run('init', folder, '--yes', '--from', 'aws', '--gpu', 'A10G')
    expect(status, stderr).toBe(0)
    expect(stderr).toContain(
      `Network: ${network.vpc} shared 10.60.0.0/16: us-east-1a (251 free), us-east-1b (251 free)`,
    )
    const text = readFileSync(join(folder, 'cluster.ts'), 'utf8')
    expect(text).toContain(`vpc_id: '${network.vpc}',`)
    for (const [zone, id] of Object.entries(network.subnets))
      expect(text).toContain(`'${id}', // ${zone}, 251 free addresses`)
    expect(await account.run('synth', join(folder, 'cluster.ts'))).toMatchObject({ status: 0 })
  })

  it('says what it could not ask', async () => {
    const folder = join(bench.root, 'unreachable')
    mkdirSync(folder)
    const lost = openEksGpu({
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
    })
    const { status, stderr } = await lost.run('init', folder, '--yes', '--from', 'aws', '--region', 'us-east-1')
    await lost.close()
    expect(status).toBe(1)
    expect(stderr).toContain('AWS did not say which networks there are in us-east-1')
  })
})

/** A VPC with two private subnets, made with the SDK. */
async function makeNetwork(endpoint: string) {
  const sdk = await import('@aws-sdk/client-ec2')
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' }
  const client = new sdk.EC2Client({ endpoint, region: 'us-east-1', credentials })
  const { Vpc } = await client.send(
    new sdk.CreateVpcCommand({
      CidrBlock: '10.60.0.0/16',
      TagSpecifications: [{ ResourceType: 'vpc', Tags: [{ Key: 'Name', Value: 'shared' }] }],
    }),
  )
  const vpc = Vpc?.VpcId ?? ''
  for (const attribute of [{ EnableDnsSupport: { Value: true } }, { EnableDnsHostnames: { Value: true } }])
    await client.send(new sdk.ModifyVpcAttributeCommand({ VpcId: vpc, ...attribute }))
  const subnets: Record<string, string> = {}
  for (const [index, zone] of ['us-east-1a', 'us-east-1b'].entries()) {
    const { Subnet } = await client.send(
      new sdk.CreateSubnetCommand({ VpcId: vpc, CidrBlock: `10.60.${index}.0/24`, AvailabilityZone: zone }),
    )
    subnets[zone] = Subnet?.SubnetId ?? ''
  }
  client.destroy()
  return { vpc, subnets }
}
