import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { z } from 'zod'

const run = promisify(execFile)

const measured = z.strictObject({
  pods: z.number(),
  classes: z.number(),
  groups: z.number(),
  nodes: z.number(),
  running: z.number(),
  loops: z.number(),
  seconds: z.number(),
  peakMib: z.number(),
})

/**
 * Prints what a scale-up of 100,000 nodes from zero takes, through all loops of the autoscaler, and where the default limits
 * end it. `caseProgram`: the compiled `scale-up-case.ts`.
 */
export async function benchScaleUp(caseProgram: string): Promise<void> {
  for (const { name, flags } of [
    { name: '--cores-total and --memory-total raised', flags: [] },
    { name: 'default limits', flags: ['--defaults'] },
  ]) {
    const { stdout } = await run(process.execPath, [caseProgram, ...flags])
    const { pods, classes, groups, nodes, running, loops, seconds, peakMib } = measured.parse(JSON.parse(stdout))
    const count = (value: number): string => value.toLocaleString('en-US')
    console.log(
      `scale-up from zero, ${name}: ${count(pods)} pods of ${classes} request classes, ${groups} groups: ${count(nodes)} nodes in ${loops} loops, ${count(running)} pods run, ${seconds.toFixed(2)} CPU s, peak ${peakMib.toFixed(0)} MiB`,
    )
  }
}
