/** What a configuration file imports from `eks-gpu-clusters`, also where the package is not installed: nothing but these few. */
export { defineCluster, defineConfig } from './define-cluster.ts'
export { ref } from './reference.ts'
export { unlisted } from './unlisted.ts'
