import type { Resources } from '../cluster/resources.ts'

/** Whether a resource stands for GPUs: whole ones, shares of a GPU and MIG slices count one each. */
export function isGpuResource(name: string): boolean {
  return name === 'nvidia.com/gpu' || name === 'nvidia.com/gpu.shared' || name.startsWith('nvidia.com/mig-')
}

/** GPUs among the resources. */
export function gpuCount(resources: Resources): number {
  let count = 0
  for (const name in resources.scalars) if (isGpuResource(name)) count += resources.scalars[name] ?? 0
  return count
}
