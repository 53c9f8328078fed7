import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readRunRecord, stillRuns } from '../../src/terraform/run-record.ts'
import { readStream } from '../../src/terraform/terraform-process.ts'
import { filesOf } from '../../src/terraform/workspace.ts'
import { type EksGpu, eventually } from './eks-gpu.ts'

/** Waits until the Terraform that works on a directory has begun an apply of a resource; resolves with its process id. */
export function terraformBegins(eksGpu: EksGpu, directory: string, address: string): Promise<number> {
  return eventually(`an apply begins ${address}`, 240, async () => {
    const record = await eksGpu.environment(directory).catch(() => undefined)
    if (record === undefined) return undefined
    const folder = join(record.home, 'terraform')
    const run = readRunRecord({ folder })
    if (run === undefined || !stillRuns(run)) return undefined
    const begun = readStream(filesOf({ folder }).stream('apply')).some(
      (event) => event.type === 'apply-start' && event.address === address,
    )
    return begun ? run.process.pid : undefined
  })
}

/** Command lines of all processes that have something of a folder among their arguments; Linux only, empty elsewhere. */
export function processesOf(folder: string): readonly string[] {
  if (process.platform !== 'linux') return []
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
        return words.some((word) => word.includes(folder)) ? [words.join(' ').trim()] : []
      } catch {
        return []
      }
    })
}
