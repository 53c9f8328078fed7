import { constants } from 'node:fs'
import { access, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Problem } from '../../cluster/problem.ts'

/** The programs that make up a real Kubernetes control plane; all of them are needed. */
export const controlPlanePrograms = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler'] as const

export type ControlPlaneProgram = (typeof controlPlanePrograms)[number]

/** Absolute path of each program. */
export type ControlPlanePaths = Readonly<Record<ControlPlaneProgram, string>>

/** A folder that was looked into, and what it lacks. */
type ControlPlaneFolder = {
  readonly folder: string
  /** Why we looked there: the environment variable, or our own cache. */
  readonly from: 'KUBEBUILDER_ASSETS' | 'cache'
  readonly missing: readonly ControlPlaneProgram[]
}

export type ControlPlaneSearch =
  | {
      readonly found: true
      readonly folder: string
      readonly from: ControlPlaneFolder['from']
      readonly paths: ControlPlanePaths
    }
  | { readonly found: false; readonly looked: readonly ControlPlaneFolder[]; readonly problem: Problem }

/**
 * Finds the real control plane's programs: in `KUBEBUILDER_ASSETS`, the convention of the Kubernetes ecosystem
 * (https://book.kubebuilder.io/reference/envtest), else in our cache, `<cacheFolder>/kubernetes/<version>`, newest
 * version first. A folder counts only when it has all four; envtest's own archives lack the scheduler and the
 * controller manager, so a set `KUBEBUILDER_ASSETS` may well be incomplete.
 */
export async function findRealControlPlane(options: {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cacheFolder: string
}): Promise<ControlPlaneSearch> {
  const looked: ControlPlaneFolder[] = []
  const assets = options.env['KUBEBUILDER_ASSETS']
  const candidates: { readonly folder: string; readonly from: ControlPlaneFolder['from'] }[] = []
  if (assets !== undefined && assets !== '') candidates.push({ folder: assets, from: 'KUBEBUILDER_ASSETS' })
  for (const folder of await cachedVersions(join(options.cacheFolder, 'kubernetes')))
    candidates.push({ folder, from: 'cache' })
  for (const { folder, from } of candidates) {
    const missing: ControlPlaneProgram[] = []
    for (const program of controlPlanePrograms) if (!(await isProgram(join(folder, program)))) missing.push(program)
    if (missing.length === 0) return { found: true, folder, from, paths: pathsIn(folder) }
    looked.push({ folder, from, missing })
  }
  return { found: false, looked, problem: notFound(looked) }
}

/** Where each program is, in a folder that has them all. */
export function pathsIn(folder: string): ControlPlanePaths {
  return {
    etcd: join(folder, 'etcd'),
    'kube-apiserver': join(folder, 'kube-apiserver'),
    'kube-controller-manager': join(folder, 'kube-controller-manager'),
    'kube-scheduler': join(folder, 'kube-scheduler'),
  }
}

function notFound(looked: readonly ControlPlaneFolder[]): Problem {
  return {
    id: 'control-plane-not-found',
    what: 'The programs of a real Kubernetes control plane are not on this machine.',
    why:
      looked.length === 0
        ? `Looked for ${controlPlanePrograms.join(', ')}: KUBEBUILDER_ASSETS is not set, and none was installed by us.`
        : looked
            .map(({ folder, from, missing }) =>
              from === 'cache'
                ? `${folder} lacks ${missing.join(', ')}.`
                : `KUBEBUILDER_ASSETS=${folder} lacks ${missing.join(', ')}.`,
            )
            .join(' '),
    fix: 'Run `eks-gpu local install-kubernetes`, or use `--kubernetes embedded`, which needs none.',
  }
}

/** Folders of our cache named by a version, newest first; unfinished downloads have other names. */
async function cachedVersions(folder: string): Promise<readonly string[]> {
  let names: readonly string[]
  try {
    names = await readdir(folder)
  } catch {
    return []
  }
  return names
    .filter((name) => /^\d+\.\d+\.\d+$/.test(name))
    .sort((a, b) => b.localeCompare(a, 'en', { numeric: true }))
    .map((name) => join(folder, name))
}

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK)
    return (await stat(path)).isFile()
  } catch {
    return false
  }
}
