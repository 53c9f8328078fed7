import { fileURLToPath } from 'node:url'

/** Absolute folder of the module that is packed with this program. */
export function packedModule(): string {
  return fileURLToPath(new URL('../../../modules/eks-gpu-cluster', import.meta.url))
}
