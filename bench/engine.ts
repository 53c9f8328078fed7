import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { z } from 'zod'
import { engineCases } from './engine-cases.ts'

const run = promisify(execFile)

const measured = z.strictObject({
  classes: z.number(),
  kinds: z.number(),
  placed: z.number(),
  adding: z.number(),
  seconds: z.number(),
  peakMib: z.number(),
  reference: z.number(),
})

/**
 * Prints what the engine takes for whole clusters, and how that compares with one cycle over all nodes for each pod.
 * `caseProgram`: the compiled `engine-case.ts`.
 */
export async function benchEngine(caseProgram: string): Promise<void> {
  for (const [index, { name, nodes, pods, trace, controllers }] of engineCases.entries()) {
    if (trace === true && process.env['EKS_GPU_TRACE'] === undefined) {
      console.log(`${name}: not measured: EKS_GPU_TRACE names no folder`)
      continue
    }
    const { stdout } = await run(process.execPath, [caseProgram, String(index)])
    const { classes, kinds, placed, adding, seconds, peakMib, reference } = measured.parse(JSON.parse(stdout))
    const input = [
      `${grouped(pods)} pods`,
      ...(controllers === undefined ? [] : [`${grouped(controllers)} controllers`]),
      `${classes} request classes`,
      `${grouped(nodes)} nodes of ${kinds} kinds`,
    ].join(', ')
    console.log(
      `${name}: ${input}: ${grouped(placed)} placed in ${seconds.toFixed(2)} CPU s (nodes added in ${adding.toFixed(2)}), peak ${peakMib.toFixed(0)} MiB; one cycle a pod ${reference.toFixed(0)} CPU s, extrapolated from 2 pods: ${grouped(Math.round(reference / seconds))} times as much`,
    )
  }
}

function grouped(count: number): string {
  return count.toLocaleString('en-US')
}
