import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { statements, wayOf } from '../docs/documented-commands.ts'
import { shellCommands } from '../docs/shell-commands.ts'
import { answersItsPages } from './answers-its-pages.ts'
import { edit, eventually, kubectl, program } from './eks-gpu.ts'
import { openExampleRuns } from './example-runs.ts'

const runs = openExampleRuns()
afterAll(() => runs.close())

const unansweredByAws = new Set(
  statements()
    .filter((statement) => wayOf(statement).kind === 'unanswered' && statement.text.startsWith('aws '))
    .map(({ text }) => text),
)

it.each([...unansweredByAws].map((text) => [text, shellCommands(text)[0]?.words ?? []] as const))(
  'a documented command that the AWS CLI knows, with its options: %s',
  async (_, [, ...words]) => {
    const answer = await program(
      'aws',
      [...words, '--region', 'us-east-1', '--generate-cli-skeleton', 'output'],
      process.env,
    )
    expect(answer).toMatchObject({ status: 0, stderr: '' })
  },
)

describe('examples/training-efa', () => {
  const directory = runs.bench.example('training-efa')

  it('applies', () => runs.applies(directory))

  it('starts two nodes for a job that asks for EFA and huge pages, and lets the group grow while it runs', async () => {
    const environment = await runs.eksGpu.environment(directory)
    expect(await kubectl(environment, 'apply', '-f', join(directory, 'train.yaml'))).toMatchObject({ status: 0 })
    const running = async () =>
      (await kubectl(environment, 'get', 'pods', '-l', 'job-name=trainer', '--no-headers')).stdout.match(/ Running /g)
        ?.length === 2 || undefined
    await eventually('both workers run', 120, running, 1000)
    const { stdout } = await kubectl(
      environment,
      'get',
      'nodes',
      '--selector=vpc.amazonaws.com/efa.present=true',
      '--no-headers',
      '--output',
      'custom-columns=A:.status.allocatable.nvidia\\.com/gpu,B:.status.allocatable.vpc\\.amazonaws\\.com/efa,C:.status.allocatable.hugepages-2Mi',
    )
    expect(stdout.trim().split(/\s+/)).toEqual(['8', '4', '10560Mi', '8', '4', '10560Mi'])
    edit(join(directory, 'main.tf'), ['max_size           = 4', 'max_size           = 6'])
    const { plan, clusters } = await runs.up(directory)
    expect(plan.counts).toMatchObject({ create: 0, update: 1, replace: 0, delete: 0 })
    expect(clusters.map(({ ok }) => ok)).toEqual([true])
    expect(await running()).toBe(true)
  })

  // One of them applies it once more, which changes nothing.
  it('answers the commands of its pages', () =>
    answersItsPages('training-efa', { ...runs, root: runs.bench.root, directory }))

  it('leaves nothing behind', () => runs.goesDown(directory))
})
