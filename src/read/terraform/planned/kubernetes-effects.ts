import type { TaintEffect } from '../../../cluster/taint.ts'

/** Effects of taints in the words of EKS, and in those of Kubernetes. */
export const kubernetesEffects: Readonly<Record<string, TaintEffect>> = {
  NO_SCHEDULE: 'NoSchedule',
  NO_EXECUTE: 'NoExecute',
  PREFER_NO_SCHEDULE: 'PreferNoSchedule',
}
