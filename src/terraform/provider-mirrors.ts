import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { dataFolders } from './find-terraform.ts'

/** A folder that holds providers as `terraform providers mirror` lays them out. */
export type ProviderMirror = {
  /** Absolute path. */
  readonly path: string
  /** Sources it has, e.g. `registry.terraform.io/hashicorp/aws`, sorted. */
  readonly providers: readonly string[]
}

/** Roots under which vendors and administrators put whole trees: a mirror may be one level below. */
const vendorRoots: readonly string[] = [
  '/opt',
  '/srv',
  '/usr/local',
  '/usr/local/share',
  '/usr/share',
  '/var/lib',
  '/usr/lib',
]

/**
 * Mirrors on this machine: Terraform's own plugin folders, then one level below the usual roots, in that order.
 * Source of the first: https://developer.hashicorp.com/terraform/cli/config/config-file#implied-local-mirror-directories
 */
export function findProviderMirrors(
  registry: string,
  env: NodeJS.ProcessEnv,
  home: string,
  roots: readonly string[] = vendorRoots,
): readonly ProviderMirror[] {
  const candidates = [
    join(home, '.terraform.d', 'plugins'),
    ...dataFolders(env, home).map((folder) => join(folder, 'terraform', 'plugins')),
    ...roots.flatMap((root) => subfolders(root).map((name) => join(root, name))),
    ...roots.flatMap((root) => subfolders(root).map((name) => join(root, name, 'plugins'))),
  ]
  return [...new Set(candidates)].flatMap((path) => {
    const providers = providersIn(path, registry)
    return providers.length > 0 ? [{ path, providers }] : []
  })
}

function providersIn(path: string, registry: string): readonly string[] {
  const found: string[] = []
  for (const namespace of subfolders(join(path, registry)))
    for (const type of subfolders(join(path, registry, namespace)))
      if (holdsSomething(join(path, registry, namespace, type))) found.push(`${registry}/${namespace}/${type}`)
  return found.sort()
}

function holdsSomething(folder: string): boolean {
  try {
    return readdirSync(folder).length > 0
  } catch {
    return false
  }
}

function subfolders(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() || entry.isSymbolicLink())
      .map((entry) => entry.name)
      .sort()
  } catch {
    return []
  }
}
