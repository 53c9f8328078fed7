import { resolve } from 'node:path'
import { isConfigFile } from '../read/config/config-file-names.ts'
import type { CliContext } from './context.ts'
import { rootFolder, synthStep } from './synth-step.ts'

/**
 * The Terraform directory that a command works on: the one that is named, or the one of a configuration file, which is written
 * first. `undefined` when that is wrong, which has been told then. @throws ProblemError for a file that cannot be read.
 */
export async function rootOf(context: CliContext, source: string): Promise<string | undefined> {
  if (!isConfigFile(resolve(context.process.cwd(), source))) return source
  const made = await synthStep(context, source, undefined, false)
  if (made === undefined) return undefined
  const changed = made.files.some(({ change }) => change !== 'same')
  context.process.stderr.write(`${changed ? 'Wrote' : 'Up to date:'} ${made.shown}, the Terraform root of ${source}\n`)
  return made.shown
}

/** The Terraform directory that was made from a configuration file, as it is; any other source is the directory. */
export function madeRootOf(context: CliContext, source: string): string {
  return isConfigFile(resolve(context.process.cwd(), source)) ? rootFolder(source) : source
}
