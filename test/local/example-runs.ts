import { expect } from 'vitest'
import { openWorkbench, type Workbench } from '../terraform/workbench.ts'
import { type EksGpu, openEksGpu, upResult } from './eks-gpu.ts'

/** Copies of the examples, and what every one of them has to stand, on the embedded control plane. */
export type ExampleRuns = {
  readonly bench: Workbench
  readonly eksGpu: EksGpu
  /** What `up --local` says of a directory. */
  up(directory: string): Promise<ReturnType<typeof upResult>>
  /** Applies. */
  applies(directory: string): Promise<void>
  /** Applies, and plans no change the second time. */
  goesUp(directory: string): Promise<void>
  /** Is destroyed, and leaves nothing over. */
  goesDown(directory: string): Promise<void>
  close(): Promise<void>
}

export function openExampleRuns(): ExampleRuns {
  const bench = openWorkbench()
  const eksGpu = openEksGpu()
  const up: ExampleRuns['up'] = async (directory) =>
    upResult(await eksGpu.run('up', directory, '--local', '--kubernetes', 'embedded', '--format', 'json'))
  const applies: ExampleRuns['applies'] = async (directory) =>
    expect((await up(directory)).clusters.map(({ ok }) => ok)).toEqual([true])
  return {
    bench,
    eksGpu,
    up,
    applies,
    goesUp: async (directory) => {
      await applies(directory)
      expect((await up(directory)).plan.counts).toMatchObject({ create: 0, update: 0, replace: 0, delete: 0 })
    },
    goesDown: async (directory) => {
      const { status, stdout } = await eksGpu.run('down', directory, '--local')
      expect({ status, left: stdout.includes('Left over') }).toEqual({ status: 0, left: false })
    },
    close: async () => {
      await eksGpu.close()
      bench.remove()
    },
  }
}
