import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { PlanJson } from '../read/terraform/plan-json.ts'
import type { CliContext } from './context.ts'
import { type PlanDirectoryFlags, planDirectory, planFailed } from './plan-directory.ts'
import { synthAside } from './synth-step.ts'

/**
 * Plans the clusters of a configuration file as {@link planDirectory} does, in a folder that is gone afterwards.
 * @throws ProblemError `plan-failed`, after what is wrong with the file has been told, and what planning a directory throws.
 */
export async function planConfigFile(
  context: CliContext,
  file: string,
  flags: PlanDirectoryFlags,
  command: 'simulate' | 'images',
): Promise<PlanJson> {
  const directory = await mkdtemp(join(await realpath(tmpdir()), 'eks-gpu-synth-'))
  try {
    if (!(await synthAside(context, file, directory))) throw planFailed(file, 'failed')
    return await planDirectory(context, directory, flags, command, file)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}
