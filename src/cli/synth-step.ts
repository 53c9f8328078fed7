import { basename, dirname, extname, join, relative, resolve, sep } from 'node:path'
import type { Problem } from '../cluster/problem.ts'
import { checkConfig } from '../read/config/check-config.ts'
import type { WrittenCluster, WrittenConfig } from '../read/config/config-schema.ts'
import { openConfigFile } from '../read/config/open-config-file.ts'
import { readModuleSource } from '../read/terraform/module-rules/module-source.ts'
import { packedModule } from '../terraform/synth/packed-module.ts'
import { synthesize } from '../terraform/synth/synthesize.ts'
import { type WrittenFile, writeRoot } from '../terraform/synth/write-root.ts'
import { type CliContext, complain } from './context.ts'

/** A Terraform root that was made from a configuration file. */
export type Synthesized = {
  readonly config: WrittenConfig
  /** Absolute, and as a person at the command line writes it. */
  readonly directory: string
  readonly shown: string
  readonly files: readonly WrittenFile[]
  /** What the module warns of; a plan tells it as well. */
  readonly warnings: readonly Problem[]
}

/** Folder of the root of a configuration file where none is named: beside it, by its name without the ending. */
export function rootFolder(file: string): string {
  return join(dirname(file), basename(file, extname(file)))
}

/**
 * Makes a Terraform root of a configuration file. `undefined` when the configuration is wrong: every problem is told then.
 * @param dry says what would be written, and writes nothing. @throws ProblemError for a file that cannot be read or written.
 */
export async function synthStep(
  context: CliContext,
  file: string,
  output: string | undefined,
  dry: boolean,
): Promise<Synthesized | undefined> {
  const from = context.process.cwd()
  const read = await readConfig(context, file)
  if (read === undefined) return undefined
  const { config, warnings } = read
  const directory = resolve(from, output ?? rootFolder(file))
  const shown = relative(from, directory) || '.'
  const files = synthesize(config, { from: basename(file), moduleSource: modulePath(directory) })
  return { config, directory, shown, files: writeRoot(directory, shown, files, dry), warnings }
}

/**
 * Makes the Terraform root of a configuration file in a folder that is nobody's, for a look at it. False when the configuration is wrong:
 * every problem is told then. Module sources mean what they mean in the folder that {@link synthStep} writes by itself.
 * @param directory absolute. @throws ProblemError for a file that cannot be read.
 */
export async function synthAside(context: CliContext, file: string, directory: string): Promise<boolean> {
  const read = await readConfig(context, file)
  if (read === undefined) return false
  const { config } = read
  const usual = resolve(context.process.cwd(), rootFolder(file))
  const clusters = Object.entries(config.clusters).map(([name, cluster]): [string, WrittenCluster] => [
    name,
    cluster.source?.startsWith('.')
      ? { ...cluster, source: sourcePath(directory, resolve(usual, cluster.source)) }
      : cluster,
  ])
  const moved = { ...config, clusters: Object.fromEntries(clusters) }
  writeRoot(directory, file, synthesize(moved, { from: basename(file), moduleSource: modulePath(directory) }), false)
  return true
}

/** What a configuration file says; `undefined` when that is wrong, which is told. */
async function readConfig(
  context: CliContext,
  file: string,
): Promise<Pick<Synthesized, 'config' | 'warnings'> | undefined> {
  const from = context.process.cwd()
  const path = resolve(from, file)
  const { value, locate } = await openConfigFile(path, from, context.process.env, (text) =>
    context.process.stderr.write(text),
  )
  const source = await readModuleSource(packedModule())
  const today = new Date().toISOString().slice(0, 10)
  const checked = checkConfig(value, relative(from, path), locate, source, today)
  if (checked.kind === 'config') return checked
  for (const problem of checked.problems) complain(context, problem)
  return undefined
}

function modulePath(directory: string): string {
  return sourcePath(directory, packedModule())
}

/** A module source that Terraform takes for a path starts with a dot. */
function sourcePath(directory: string, module: string): string {
  const path = relative(directory, module).split(sep).join('/')
  return path.startsWith('.') ? path : `./${path}`
}
