import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { findTerraform } from '../../src/terraform/find-terraform.ts'
import { chooseProviderSource } from '../../src/terraform/provider-source.ts'
import type { Workspace } from '../../src/terraform/workspace.ts'

const repository = fileURLToPath(new URL('../..', import.meta.url))

/** A copy of the modules and examples that a test may edit, in a temporary folder. */
export type Workbench = {
  readonly root: string
  /** Absolute path of one example's copy. */
  example(name: string): string
  readonly module: string
  remove(): void
}

/** Copies modules and examples as a user would have them, without what Terraform left in the originals. */
export function openWorkbench(): Workbench {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'eks-gpu-bench-')))
  const filter = (path: string) => !/\.terraform(\.|$)|terraform\.tfstate/.test(path.slice(repository.length))
  for (const folder of ['modules', 'examples'])
    cpSync(join(repository, folder), join(root, folder), { recursive: true, filter })
  return {
    root,
    example: (name) => join(root, 'examples', name),
    module: join(root, 'modules/eks-gpu-cluster'),
    remove: () => rmSync(root, { recursive: true, force: true }),
  }
}

/** What a program printed and how it ended. */
export type Output = { readonly status: number | null; readonly stdout: string; readonly stderr: string }

/** Runs Terraform in a directory, with providers from wherever `eks-gpu` would take them. */
export async function terraformIn(directory: string, ...args: readonly string[]): Promise<Output> {
  return terraformOf(process.env, directory, ...args)
}

/** As {@link terraformIn}, with the Terraform or OpenTofu that these variables select. */
export async function terraformOf(
  given: NodeJS.ProcessEnv,
  directory: string,
  ...args: readonly string[]
): Promise<Output> {
  const folder = join(directory, '.terraform-test')
  mkdirSync(folder, { recursive: true })
  const terraform = await findTerraform(given)
  const workspace: Workspace = { terraform, directory, folder, env: given, isolated: false, variables: [] }
  const providers = await chooseProviderSource(workspace, homedir(), undefined)
  const env = { ...given, CHECKPOINT_DISABLE: '1', TF_IN_AUTOMATION: '1', ...providers.env }
  const { status, stdout, stderr } = spawnSync(terraform.path, args, {
    cwd: directory,
    env,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  })
  return { status, stdout, stderr }
}
