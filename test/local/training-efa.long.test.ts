import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { fencesOf } from '../docs/pages.ts'
import { shellCommands } from '../docs/shell-commands.ts'
import { edit, eventually, kubectl, program } from './eks-gpu.ts'
import { openExampleRuns } from './example-runs.ts'

const runs = openExampleRuns()
afterAll(() => runs.close())

/** Commands of the shell snippets of a page below docs/module, in words. */
function documentedCommands(page: string): readonly (readonly string[])[] {
  return fencesOf(`docs/module/${page}.md`)
    .filter(({ language }) => language === 'sh')
    .flatMap(({ text }) => shellCommands(text))
    .map(({ words }) => words)
}

it.each(
  ['choose-instances', 'spot-or-on-demand']
    .flatMap(documentedCommands)
    .filter(([name]) => name === 'aws')
    .map((words) => [words.join(' '), words] as const),
)('a documented command that the AWS CLI knows, with its options: %s', async (_, [, ...words]) => {
  const answer = await program(
    'aws',
    [...words, '--region', 'us-east-1', '--generate-cli-skeleton', 'output'],
    process.env,
  )
  expect(answer).toMatchObject({ status: 0, stderr: '' })
})

describe('examples/training-efa', () => {
  const directory = runs.bench.example('training-efa')

  it('applies, plans no change the second time', () => runs.goesUp(directory))

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

  it('answers the commands of its page', async () => {
    const environment = await runs.eksGpu.environment(directory)
    const commands = documentedCommands('efa-training').filter(([name]) => name === 'kubectl')
    expect(commands.length).toBeGreaterThan(0)
    for (const [, ...words] of commands) {
      const { status, stdout } = await kubectl(environment, ...words)
      expect({ status, said: stdout !== '' }).toEqual({ status: 0, said: true })
    }
  })

  it('leaves nothing behind', () => runs.goesDown(directory))
})
