import { readFile, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { ProblemError } from '../cluster/problem.ts'
import { isConfigFile, isConfigProgram } from '../read/config/config-file-names.ts'
import type { PlanJson } from '../read/terraform/plan-json.ts'
import type { PlannedClusterOptions } from '../read/terraform/planned-cluster.ts'
import type { CliContext } from './context.ts'
import { headLength, jsonKind } from './json-kind.ts'
import type { PlanDirectoryFlags } from './plan-directory.ts'

/** What stands at a path where a plan may be. */
export type PlanSource =
  | { readonly kind: 'plan'; readonly plan: PlanJson }
  /** A folder without Terraform files. */
  | { readonly kind: 'folder' }
  /** Any other text. */
  | { readonly kind: 'text'; readonly text: string }

/**
 * Tells by its content what a path is: a Terraform directory or a configuration of ours, which is planned here, a plan, or something
 * else; `-` is standard input.
 * @param command that asks, for the line that says how to go on.
 * @throws ProblemError `source-unreadable`, and those of planning and of reading a plan.
 */
export async function openPlanSource(
  context: CliContext,
  path: string,
  flags: PlanDirectoryFlags,
  command: 'simulate' | 'images',
): Promise<PlanSource> {
  if (path !== '-' && (await isDirectory(context, path))) {
    if (!(await holdsTerraform(context, path))) return { kind: 'folder' }
    const { planDirectory } = await import('./plan-directory.ts')
    return { kind: 'plan', plan: await planDirectory(context, path, flags, command) }
  }
  if (isConfigProgram(path)) return configPlan(context, path, flags, command)
  const text = await sourceText(context, path)
  // Both forms of a plan say what they are within their first lines; one in binary form is told by the reader.
  if (jsonKind(text.slice(0, headLength)) === 'plan' || text.startsWith('PK\u0003\u0004')) {
    const { parsePlanText, readPlanFile } = await import('../read/terraform/read-plan-file.ts')
    const isBinary = text.startsWith('PK') && path !== '-'
    return { kind: 'plan', plan: isBinary ? await readPlanFile(path) : parsePlanText(text, sourceName(path)) }
  }
  if (path !== '-' && isConfigFile(resolve(context.process.cwd(), path)) && isConfigText(text))
    return configPlan(context, path, flags, command)
  return { kind: 'text', text }
}

async function configPlan(
  context: CliContext,
  path: string,
  flags: PlanDirectoryFlags,
  command: 'simulate' | 'images',
): Promise<PlanSource> {
  const { planConfigFile } = await import('./plan-config-file.ts')
  return { kind: 'plan', plan: await planConfigFile(context, path, flags, command) }
}

/** Which cluster of a plan is meant, and the region of the environment, where the plan names none. */
export function plannedClusterOptions(context: CliContext, clusterName: string | undefined): PlannedClusterOptions {
  const { env } = context.process
  const region = env['AWS_REGION'] || env['AWS_DEFAULT_REGION']
  return {
    ...(clusterName !== undefined && { cluster: clusterName }),
    ...(region !== undefined && region !== '' && { region }),
  }
}

/** Whether a JSON or YAML text is a configuration of ours, by its first level; Kubernetes objects say their version there. */
function isConfigText(text: string): boolean {
  const names = /^\s*\{/.test(text) ? namesIn(text) : [...text.matchAll(/^(\w+):/gm)].map(([, name]) => name)
  return !names.includes('apiVersion') && (names.includes('cluster_name') || names.includes('clusters'))
}

function namesIn(json: string): readonly string[] {
  try {
    return Object.keys(Object(JSON.parse(json)))
  } catch {
    // Whoever reads it tells what is wrong with it.
    return []
  }
}

/** Text of a file, or of standard input for `-`. @throws ProblemError `source-unreadable`. */
export async function sourceText(context: CliContext, path: string): Promise<string> {
  if (path === '-') {
    const pieces: string[] = []
    const decoder = new TextDecoder()
    for await (const piece of context.process.stdin)
      pieces.push(typeof piece === 'string' ? piece : decoder.decode(piece, { stream: true }))
    return pieces.join('') + decoder.decode()
  }
  try {
    return await readFile(resolve(context.process.cwd(), path), 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    throw new ProblemError(
      {
        id: 'source-unreadable',
        what: `${path} cannot be read.`,
        why: code === 'ENOENT' ? 'There is no such file or folder.' : `The system says ${code}.`,
        fix: 'name a Terraform directory, a cluster.ts, a plan in JSON or a cluster in JSON; paths are relative to where you are',
      },
      { cause: error },
    )
  }
}

/** What messages call a path. */
export function sourceName(path: string): string {
  return path === '-' ? 'standard input' : path
}

async function isDirectory(context: CliContext, path: string): Promise<boolean> {
  try {
    return (await stat(resolve(context.process.cwd(), path))).isDirectory()
  } catch {
    return false
  }
}

async function holdsTerraform(context: CliContext, path: string): Promise<boolean> {
  const { readdir } = await import('node:fs/promises')
  const names = await readdir(resolve(context.process.cwd(), path))
  return names.some((name) => name.endsWith('.tf') || name.endsWith('.tf.json') || name.endsWith('.tofu'))
}
