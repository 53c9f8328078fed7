import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from '@stricli/core'
import { afterAll, describe, expect, it } from 'vitest'
import { readRootModule } from '../read/terraform/root-module.ts'
import { inspectModuleCalls } from '../read/terraform/unknown-attributes.ts'
import { packedModule } from '../terraform/synth/packed-module.ts'
import { application } from './application.ts'
import { recordedContext } from './testing/recorded-context.ts'

const root = mkdtempSync(join(tmpdir(), 'eks-gpu-init-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
let folders = 0

function newFolder(): string {
  folders += 1
  const folder = join(root, String(folders))
  mkdirSync(folder)
  return folder
}

async function init(folder: string, args: readonly string[], answers?: readonly string[]) {
  const recorded = recordedContext(folder, { AWS_REGION: 'eu-west-1' })
  const { stdin } = recorded.context.process
  if (answers !== undefined) {
    Object.assign(stdin, { isTTY: true })
    let left = answers
    recorded.onErr((text) => {
      // Each answer is given to the prompt that has just been printed.
      if (!text.endsWith(']: ')) return
      const [next = ''] = left
      left = left.slice(1)
      setImmediate(() => stdin.push(`${next}\n`))
    })
  }
  await run(application(), ['init', ...args], recorded.context)
  return { exit: recorded.context.exit, out: recorded.out(), err: recorded.err() }
}

describe('eks-gpu init', () => {
  it('writes cluster.ts and says what is next', async () => {
    const folder = newFolder()
    expect(await init(folder, ['ml team', '--yes'])).toEqual({
      exit: 0,
      out: "ml team/cluster.ts  written\n\nNext: eks-gpu up 'ml team/cluster.ts' --local, then without --local\n",
      err: '',
    })
    const text = readFileSync(join(folder, 'ml team/cluster.ts'), 'utf8')
    for (const line of ["aws: { region: 'eu-west-1' }", "cluster_name: 'ml-team'", "instance_types: ['g6.xlarge']"])
      expect(text).toContain(line)
  })

  it.each<readonly [string, readonly string[], readonly string[]]>([
    [
      'Spot',
      ['--gpu', 'a10g', '--spot'],
      ["instance_types: ['g5.xlarge', 'g5.2xlarge', 'g5.4xlarge']", "capacity_type: 'SPOT'"],
    ],
    ['training', ['--for', 'training', '--max-nodes', '8'], ['training: {', "'p4d.24xlarge'", 'max_size: 8']],
    ['a number of GPUs', ['--gpu', 'L40S', '--gpus', '4'], ["instance_types: ['g6e.12xlarge']"]],
    [
      'a type that is newer',
      ['--instance-type', 'g9.xlarge'],
      ["instance_types: [unlisted('g9.xlarge')]", 'defineConfig, unlisted'],
    ],
    [
      'a VPC',
      ['--vpc-id', 'vpc-1', '--subnet-id', 'subnet-a', '--subnet-id', 'subnet-b'],
      ["vpc_id: 'vpc-1'", "        'subnet-b',"],
    ],
  ])('takes flags: %s', async (_, flags, texts) => {
    const folder = newFolder()
    expect(await init(folder, ['--yes', '--name', 'gpu', ...flags])).toMatchObject({ exit: 0, err: '' })
    const text = readFileSync(join(folder, 'cluster.ts'), 'utf8')
    for (const each of texts) expect(text).toContain(each)
  })

  it('writes HCL that the module knows', async () => {
    const folder = newFolder()
    const flags = ['--language', 'hcl', '--vpc-id', 'vpc-1', '--subnet-id', 'subnet-a', '--subnet-id', 'subnet-b']
    expect(await init(folder, ['--yes', '--name', 'gpu', ...flags])).toMatchObject({ exit: 0 })
    const module = await readRootModule(folder)
    expect(module.files.map(({ name, hcl }) => [name, hcl.broken])).toEqual([
      ['main.tf', undefined],
      ['outputs.tf', undefined],
      ['versions.tf', undefined],
    ])
    const { calls, unknown, groups } = await inspectModuleCalls(module, [], packedModule())
    expect({ calls: calls.length, unknown, groups: groups.map(({ name }) => name) }).toEqual({
      calls: 1,
      unknown: [],
      groups: ['inference'],
    })
  })

  it('asks at a terminal', async () => {
    const folder = newFolder()
    const { exit, err } = await init(folder, [], ['9', '3', 'T5', 'T4', 'not good', 'gpu-dev', '1'])
    expect(exit).toBe(0)
    for (const text of ['9 is none of them.', 'no GPU T5; did you mean T4?', '"not good" is no name', 'Which network?'])
      expect(err).toContain(text)
    const text = readFileSync(join(folder, 'cluster.ts'), 'utf8')
    for (const each of ["cluster_name: 'gpu-dev'", 'development: {', "'g4dn.xlarge'", 'max_size: 1'])
      expect(text).toContain(each)
  })

  it.each<readonly [string, readonly string[], string]>([
    ['a GPU that is not there', ['--gpu', 'H1000'], 'The catalogue has no GPU H1000; did you mean H100?'],
    ['a number that is not there', ['--gpu', 'T4', '--gpus', '3'], 'There is no instance type with 3 T4 GPUs.'],
    ['a name', ['--name', 'not good'], '"not good" is no name for a cluster'],
    ['subnets of no VPC', ['--subnet-id', 'a'], '--subnet-id names subnets, and no --vpc-id says of which VPC.'],
    [
      'a VPC without subnets',
      ['--vpc-id', 'vpc-1'],
      '--vpc-id names vpc-1, and no --subnet-id says which of its subnets.',
    ],
  ])('refuses %s', async (_, flags, text) => {
    const folder = newFolder()
    const { exit, err } = await init(folder, ['--yes', ...flags])
    expect({ exit, written: existsSync(join(folder, 'cluster.ts')) }).toEqual({ exit: 1, written: false })
    expect(err).toContain(text)
  })

  it('keeps what is there', async () => {
    const folder = newFolder()
    writeFileSync(join(folder, 'cluster.ts'), 'mine')
    const { exit, err } = await init(folder, ['--yes'])
    expect({ exit, text: readFileSync(join(folder, 'cluster.ts'), 'utf8') }).toEqual({ exit: 1, text: 'mine' })
    expect(err).toContain('. has cluster.ts already; nothing was written.')
  })
})
