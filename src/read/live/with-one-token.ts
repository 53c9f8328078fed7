import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { parse, stringify } from 'yaml'
import { z } from 'zod'
import type { Kubectl } from './kubectl.ts'

const execConfig = z.object({
  command: z.string(),
  args: z.array(z.string()).default([]),
  env: z.array(z.object({ name: z.string(), value: z.string() })).default([]),
})

const kubeconfig = z.looseObject({ users: z.tuple([z.looseObject({ user: z.object({ exec: execConfig }) })]) })

const credential = z.object({ status: z.object({ token: z.string().min(1) }) })

/**
 * Does some work with a kubectl that need not ask for a token with every call: each would start the program that the kubeconfig
 * names, which takes about a second with the AWS CLI. The kubeconfig with the token is readable by its owner alone, and gone when
 * the work is. Where no token can be had, kubectl asks by itself and says what is wrong. A token is good for 15 minutes.
 */
export async function withOneToken<Result>(
  kubectl: Kubectl,
  work: (kubectl: Kubectl) => Promise<Result>,
): Promise<Result> {
  const text = await withToken(kubectl)
  if (text === undefined) return work(kubectl)
  const folder = mkdtempSync(join(tmpdir(), 'eks-gpu-kubeconfig-'))
  try {
    const path = join(folder, 'kubeconfig')
    writeFileSync(path, text, { mode: 0o600 })
    return await work({ ...kubectl, kubeconfig: path })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The text of a kubeconfig with a token in place of the program that gives one; `undefined` when there is none to be had. */
async function withToken({ kubeconfig: path, env }: Kubectl): Promise<string | undefined> {
  try {
    const config = kubeconfig.parse(parse(readFileSync(path, 'utf8')))
    const [entry] = config.users
    const { command, args, env: variables } = entry.user.exec
    const { stdout } = await promisify(execFile)(command, args, {
      env: { ...env, ...Object.fromEntries(variables.map(({ name, value }) => [name, value])) },
      timeout: 30_000,
    })
    const { token } = credential.parse(JSON.parse(stdout)).status
    return stringify({ ...config, users: [{ ...entry, user: { token } }] })
  } catch {
    return undefined
  }
}
