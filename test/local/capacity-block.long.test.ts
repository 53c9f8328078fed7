import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { putClockForward } from '../../src/local/environment-control.ts'
import { answersItsPages } from './answers-its-pages.ts'
import { awsShell, edit, eventually, kubectl, program } from './eks-gpu.ts'
import { openExampleRuns } from './example-runs.ts'

const runs = openExampleRuns()
afterAll(() => runs.close())

const reservations = z.object({
  CapacityReservations: z.array(
    z.object({
      CapacityReservationId: z.string(),
      AvailabilityZone: z.string(),
      State: z.string(),
      StartDate: z.string(),
      EndDate: z.string(),
    }),
  ),
})

const minute = 60_000

/** A moment as the module takes it. */
function inUtc(moment = ''): string {
  return new Date(moment).toISOString().replace('.000Z', 'Z')
}

describe('examples/capacity-block', () => {
  const directory = runs.bench.example('capacity-block')
  const main = join(directory, 'main.tf')
  let block: z.infer<typeof reservations>['CapacityReservations'][number] | undefined

  it('applies', () => runs.applies(directory))

  // One of them applies it once more, which changes nothing; others find and buy a block.
  it('answers the commands of its pages', () =>
    answersItsPages('capacity-block', { ...runs, root: runs.bench.root, directory }))

  it('has the block that they bought', async () => {
    const look = ['ec2', 'describe-capacity-reservations', '--filters', 'Name=reservation-type,Values=capacity-block']
    const shell = awsShell(await runs.eksGpu.environment(directory))
    const { stdout } = await program('aws', [...look, '--output', 'json'], shell)
    const found = reservations.parse(JSON.parse(stdout)).CapacityReservations
    expect(found.map(({ State, AvailabilityZone }) => [State, AvailabilityZone])).toEqual([['scheduled', 'us-east-1a']])
    block = found[0]
  })

  it('follows the block, and runs a node in a reservation of the same plan, in place', async () => {
    edit(
      main,
      ['cr-0123456789abcdef0', block?.CapacityReservationId ?? ''],
      ['2030-01-07T11:30:00Z', inUtc(block?.StartDate)],
      ['2030-01-09T11:30:00Z', inUtc(block?.EndDate)],
      [
        'module "gpu_cluster"',
        `resource "aws_ec2_capacity_reservation" "gpu" {
  instance_type           = "g5.xlarge"
  instance_platform       = "Linux/UNIX"
  availability_zone       = "us-east-1b"
  instance_count          = 1
  instance_match_criteria = "targeted"
}

module "gpu_cluster"`,
      ],
      [
        'gpu_node_groups = {',
        `gpu_node_groups = {
    reserved = {
      capacity_reservation = { id = aws_ec2_capacity_reservation.gpu.id }
      availability_zones   = ["us-east-1b"]
      min_size             = 1
    }
`,
      ],
    )
    const { plan, clusters } = await runs.up(directory)
    expect(plan.counts).toMatchObject({ replace: 0, delete: 0 })
    expect(clusters.map(({ ok }) => ok)).toEqual([true])
  })

  it('has nodes when the block begins, and none 45 minutes before it ends', async () => {
    const record = await runs.eksGpu.environment(directory)
    const nodes = async (): Promise<number> =>
      (
        await kubectl(record, 'get', 'nodes', '-l', 'node.kubernetes.io/instance-type=p5.48xlarge', '--no-headers')
      ).stdout.match(/ Ready /g)?.length ?? 0
    const start = Date.parse(block?.StartDate ?? '')
    const end = Date.parse(block?.EndDate ?? '')
    await putClockForward(record, new Date(start - minute))
    expect(await nodes()).toBe(0)
    await putClockForward(record, new Date(start))
    await eventually('two nodes of the block', 60, async () => (await nodes()) === 2 || undefined)
    await putClockForward(record, new Date(end - 46 * minute))
    expect(await nodes()).toBe(2)
    await putClockForward(record, new Date(end - 45 * minute))
    await eventually('no node of the block', 60, async () => (await nodes()) === 0 || undefined)
  })

  it('leaves nothing behind', () => runs.goesDown(directory))
})
