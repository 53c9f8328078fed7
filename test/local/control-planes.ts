import { findRealControlPlane } from '../../src/local/kubernetes/find-control-plane.ts'
import { userCacheFolder } from '../../src/local/user-cache-folder.ts'

/** The control planes that this machine can run; without the real one, says in one line how to get it. */
export async function controlPlanes(): Promise<readonly ('embedded' | 'real')[]> {
  const search = await findRealControlPlane({ env: process.env, cacheFolder: userCacheFolder(process.env) })
  if (search.found) return ['embedded', 'real']
  process.stdout.write(
    'skipped: the real control plane (test/control-plane/build.sh FOLDER and KUBEBUILDER_ASSETS=FOLDER, or eks-gpu local install-kubernetes)\n',
  )
  return ['embedded']
}
