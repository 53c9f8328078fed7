import { ProblemError } from './problem.ts'

/** A Kubernetes 1.x version. */
export type KubernetesVersion = { readonly minor: number; readonly patch: number }

/** The patch level of a version that names none: the newest, whatever that is. */
export const newestPatch: number = Number.MAX_SAFE_INTEGER

/**
 * Reads `1.34`, `1.34.2`, `v1.34.2` or `v1.34.2-eks-1a2b3c`; a version without a patch level means its newest one.
 * Throws a {@link ProblemError} `kubernetes-version-malformed` for anything else.
 */
export function parseKubernetesVersion(text: string): KubernetesVersion {
  const match = /^v?1\.(\d{1,3})(?:\.(\d{1,4}))?(?:[-+].*)?$/.exec(text)
  if (match === null) {
    throw new ProblemError({
      id: 'kubernetes-version-malformed',
      what: `${JSON.stringify(text)} is not a Kubernetes version`,
      fix: 'write it as 1.34 or 1.34.2',
    })
  }
  const [, minor, patch] = match
  return { minor: Number(minor), patch: patch === undefined ? newestPatch : Number(patch) }
}

/** Whether the version is at least `1.minor.patch`. */
export function isAtLeast(version: KubernetesVersion, minor: number, patch = 0): boolean {
  return version.minor > minor || (version.minor === minor && version.patch >= patch)
}
