import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import type { EnvironmentRecord } from '../../src/local/environment.ts'
import { environmentVariables } from '../../src/local/environment-variables.ts'
import { findEnvironment } from '../../src/local/find-environment.ts'
import type { Output } from '../terraform/workbench.ts'

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))

/** The built command line with a state folder of its own, as a user of a fresh machine has it. */
export type EksGpu = {
  readonly home: string
  /** Runs one command to its end. */
  run(...args: readonly string[]): Promise<Output>
  /** Starts one command and leaves it running; `output` is what it ended with. */
  start(...args: readonly string[]): { readonly child: ChildProcess; readonly output: Promise<Output> }
  /** The environment of a directory. Throws when there is none. */
  environment(directory: string): Promise<EnvironmentRecord>
  /** Takes every local environment down that a test has left, and removes the state folder. */
  close(): Promise<void>
}

/**
 * Opens a state folder for `eks-gpu` and the environment variables that select it.
 * @param before what stands before the command line, such as `nsenter` with its flags.
 */
export function openEksGpu(variables: NodeJS.ProcessEnv = {}, before: readonly string[] = []): EksGpu {
  const home = mkdtempSync(join(tmpdir(), 'eks-gpu-home-'))
  const env = { ...process.env, EKS_GPU_HOME: home, NO_COLOR: '1', ...variables }
  const [file, ...words] = [...before, process.execPath, main]
  const start: EksGpu['start'] = (...args) => started(file, [...words, ...args], env)
  const run: EksGpu['run'] = (...args) => start(...args).output
  return {
    home,
    run,
    start,
    environment: async (directory) => {
      const record = await findEnvironment(home, directory)
      if (record === undefined) throw new Error(`no local environment for ${directory}`)
      return record
    },
    close: async () => {
      const { stdout } = await run('local', 'status', '--format', 'json')
      const { environments } = z
        .object({ environments: z.array(z.object({ directory: z.string() })) })
        .parse(JSON.parse(stdout))
      for (const { directory } of environments) await run('down', directory, '--local')
      rmSync(home, { recursive: true, force: true })
    },
  }
}

/** Runs a program to its end. */
export function program(file: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<Output> {
  return started(file, args, env).output
}

/** Starts a program and leaves it running; `output` is what it ended with. */
export function startProgram(
  file: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): { readonly child: ChildProcess; readonly output: Promise<Output> } {
  return started(file, args, env)
}

/** Runs kubectl against an environment's only cluster, with the kubeconfig that `up --local` wrote. */
export function kubectl(record: EnvironmentRecord, ...args: readonly string[]): Promise<Output> {
  const kubeconfig = record.clusters[0]?.kubeconfig ?? ''
  return program('kubectl', ['--kubeconfig', kubeconfig, ...args], awsShell(record))
}

/** A shell's variables for an environment, as `up --local` prints them. */
export function awsShell(record: EnvironmentRecord): NodeJS.ProcessEnv {
  return { ...process.env, ...environmentVariables(record, { region: 'us-east-1' }) }
}

/** What a test reads of `up --format json`. */
export type UpResult = {
  readonly plan: { readonly counts: Readonly<Record<'create' | 'update' | 'replace' | 'delete', number>> }
  readonly clusters: readonly { readonly name: string; readonly ok: boolean }[]
}

const count = z.number()
const result: z.ZodType<UpResult> = z.object({
  plan: z.object({ counts: z.object({ create: count, update: count, replace: count, delete: count }) }),
  clusters: z.array(z.object({ name: z.string(), ok: z.boolean() })),
})

/** What `up --format json` says. Throws with everything it printed when it failed. */
export function upResult({ status, stdout, stderr }: Output): UpResult {
  if (status !== 0) throw new Error(`up ended with ${status}\n${stdout}\n${stderr}`)
  return result.parse(JSON.parse(stdout))
}

/** Replaces text in a file; throws when it is not there, so that a test cannot edit nothing. */
export function edit(file: string, ...changes: readonly (readonly [from: string | RegExp, to: string])[]): void {
  let text = readFileSync(file, 'utf8')
  for (const [from, to] of changes) {
    const next = text.replace(from, to)
    if (next === text) throw new Error(`${file} has no ${from}`)
    text = next
  }
  writeFileSync(file, text)
}

/** Looks until `condition` holds, for at most `seconds`; throws with `what` otherwise. `everyMs` apart, where a look costs much. */
export async function eventually<T>(
  what: string,
  seconds: number,
  condition: () => Promise<T | undefined>,
  everyMs = 250,
): Promise<T> {
  const deadline = Date.now() + seconds * 1000
  for (;;) {
    const value = await condition()
    if (value !== undefined) return value
    if (Date.now() > deadline) throw new Error(`not within ${seconds} s: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, everyMs))
  }
}

function started(
  file: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): { readonly child: ChildProcess; readonly output: Promise<Output> } {
  const child = spawn(file, args, { env, stdio: ['ignore', 'pipe', 'pipe'] })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  const output = new Promise<Output>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (status) => resolve({ status, stdout, stderr }))
  })
  return { child, output }
}
