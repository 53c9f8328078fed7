import { execFile } from 'node:child_process'
import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, isAbsolute, join, resolve } from 'node:path'
import { z } from 'zod'
import { ProblemError } from '../cluster/problem.ts'

/** A Terraform or OpenTofu program that is new enough. */
export type Terraform = {
  /** Absolute path of the executable. */
  readonly path: string
  readonly product: 'terraform' | 'tofu'
  /** e.g. `1.11.4` */
  readonly version: string
  /** Host name that providers without one come from: each product has a registry of its own. */
  readonly registry: 'registry.terraform.io' | 'registry.opentofu.org'
  /** Whether `init` has a `-json` stream (Terraform 1.9, OpenTofu 1.11). */
  readonly initSpeaksJson: boolean
}

/** The oldest version that the module's HCL and our JSON reading work with. */
const oldestTerraform = '1.5.0'

/** Environment variable that names the program to use: a path, or a name on PATH. */
const terraformVariable = 'EKS_GPU_TERRAFORM'

const howToGetIt =
  'install Terraform (https://developer.hashicorp.com/terraform/install) or OpenTofu (https://opentofu.org/docs/intro/install), ' +
  `or set ${terraformVariable} to the program`

const versionSchema = z.looseObject({ terraform_version: z.string() })

/**
 * Finds the program: what {@link terraformVariable} names, else `terraform`, else `tofu` on PATH.
 * @throws ProblemError `terraform-not-found`, `terraform-does-not-run`, `terraform-too-old`.
 */
export async function findTerraform(env: NodeJS.ProcessEnv): Promise<Terraform> {
  const path = locate(env)
  const answer = await askVersion(path, env)
  const found = parseVersion(answer.stdout)
  if (found === undefined)
    throw new ProblemError({
      id: 'terraform-does-not-run',
      what: `${path} does not answer to "version -json".`,
      why: answer.failure ?? 'Its answer is not what Terraform or OpenTofu say.',
      fix: howToGetIt,
      detail: lastLines(answer.stderr || answer.stdout),
    })
  if (compareVersions(found, oldestTerraform) < 0)
    throw new ProblemError({
      id: 'terraform-too-old',
      what: `${path} is version ${found}; ${shortVersion(oldestTerraform)} or newer is needed.`,
      why: 'The module uses preconditions and checks that older versions do not know.',
      fix: howToGetIt,
    })
  // The two products answer `version -json` alike; only the executable's name tells them apart.
  const product = /tofu/i.test(path.split(/[/\\]/).at(-1) ?? '') ? 'tofu' : 'terraform'
  return {
    path,
    product,
    version: found,
    registry: product === 'tofu' ? 'registry.opentofu.org' : 'registry.terraform.io',
    initSpeaksJson: compareVersions(found, product === 'tofu' ? '1.11.0' : '1.9.0') >= 0,
  }
}

/** Orders two versions by their numbers; a pre-release counts as its release. Negative when `a` is older. */
export function compareVersions(a: string, b: string): number {
  const left = numbersOf(a)
  const right = numbersOf(b)
  for (let i = 0; i < 3; i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

/** Absolute path of a program on PATH, or `undefined`. */
export function findOnPath(name: string, env: NodeJS.ProcessEnv): string | undefined {
  const endings = process.platform === 'win32' ? ['.exe', '.cmd', ''] : ['']
  for (const folder of (env['PATH'] ?? '').split(delimiter)) {
    if (folder === '') continue
    for (const ending of endings) {
      const candidate = resolve(folder, name + ending)
      if (isExecutable(candidate)) return candidate
    }
  }
  return undefined
}

function locate(env: NodeJS.ProcessEnv): string {
  const named = env[terraformVariable]
  if (named !== undefined && named !== '') {
    const path = isAbsolute(named) || /[/\\]/.test(named) ? resolve(named) : findOnPath(named, env)
    if (path !== undefined && isExecutable(path)) return path
    throw new ProblemError({
      id: 'terraform-not-found',
      what: `${terraformVariable} names ${JSON.stringify(named)}, which is not a program that can be run.`,
      fix: `set ${terraformVariable} to the path of terraform or tofu, or unset it`,
    })
  }
  const path = findOnPath('terraform', env) ?? findOnPath('tofu', env)
  if (path !== undefined) return path
  throw new ProblemError({
    id: 'terraform-not-found',
    what: 'Neither terraform nor tofu is on PATH.',
    why: `The cluster is created by Terraform ${shortVersion(oldestTerraform)} or newer.`,
    fix: howToGetIt,
  })
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}

type Answer = { readonly stdout: string; readonly stderr: string; readonly failure?: string }

function askVersion(path: string, env: NodeJS.ProcessEnv): Promise<Answer> {
  return new Promise((settle) => {
    execFile(
      path,
      ['version', '-json'],
      { env: { ...env, CHECKPOINT_DISABLE: '1' }, timeout: 30_000, maxBuffer: 1 << 20 },
      (error, stdout, stderr) =>
        settle({ stdout, stderr, ...(error && { failure: error.message.split('\n')[0] ?? '' }) }),
    )
  })
}

function parseVersion(stdout: string): string | undefined {
  try {
    return versionSchema.safeParse(JSON.parse(stdout)).data?.terraform_version
  } catch {
    return undefined
  }
}

function numbersOf(version: string): readonly number[] {
  return (version.replace(/^v/, '').split(/[-+]/)[0] ?? '').split('.').map((part) => Number.parseInt(part, 10) || 0)
}

function shortVersion(version: string): string {
  return version.replace(/\.0$/, '')
}

function lastLines(text: string): readonly string[] {
  return text
    .trim()
    .split('\n')
    .slice(-5)
    .filter((line) => line !== '')
}

/** Paths below a user's home that programs keep data in, by the XDG base directory rules. */
export function dataFolders(env: NodeJS.ProcessEnv, home: string): readonly string[] {
  const own = env['XDG_DATA_HOME'] || join(home, '.local', 'share')
  const shared = (env['XDG_DATA_DIRS'] || '/usr/local/share:/usr/share').split(':').filter((folder) => folder !== '')
  return [own, ...shared]
}
