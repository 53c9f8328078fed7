import { daemonSetOverQuota } from './findings/daemon-set-over-quota.ts'
import { endlessScaleUp } from './findings/endless-scale-up.ts'
import { gangRunsInPart } from './findings/gang-runs-in-part.ts'
import { gpuNeverAllocatable } from './findings/gpu-never-allocatable.ts'
import { groupAtMax } from './findings/group-at-max.ts'
import { groupNotDiscovered } from './findings/group-not-discovered.ts'
import { inputFindings } from './findings/input-findings.ts'
import { missingAcceleratorLabel } from './findings/missing-accelerator-label.ts'
import { mixedGpuCounts } from './findings/mixed-gpu-counts.ts'
import { notOnTemplate } from './findings/not-on-template.ts'
import { orderDependent } from './findings/order-dependent.ts'
import { podsOverEniLimit } from './findings/pods-over-eni-limit.ts'
import { resourceLimitsStopScaleUp } from './findings/resource-limits-stop-scale-up.ts'
import { secondShareRefused } from './findings/second-share-refused.ts'
import { smallerInstanceType } from './findings/smaller-instance-type.ts'
import { systemPodsPending } from './findings/system-pods-pending.ts'
import { unpricedGroup } from './findings/unpriced-group.ts'
import type { SimulationFinding } from './outcome.ts'
import type { Run } from './run-clock.ts'
import type { SimulationOptions } from './simulation-options.ts'

const severities = ['error', 'warning', 'info'] as const

/** Every contradiction that a run shows, the worst first. */
export function simulationFindings(run: Run, options: SimulationOptions): readonly SimulationFinding[] {
  const findings = [
    inputFindings,
    systemPodsPending,
    gpuNeverAllocatable,
    secondShareRefused,
    endlessScaleUp,
    notOnTemplate,
    gangRunsInPart,
    daemonSetOverQuota,
    resourceLimitsStopScaleUp,
    groupAtMax,
    missingAcceleratorLabel,
    mixedGpuCounts,
    smallerInstanceType,
    podsOverEniLimit,
    groupNotDiscovered,
    unpricedGroup,
  ].flatMap((find) => find(run))
  const all = options.fixes ? [...findings, ...orderDependent(run, options)] : findings
  return all.toSorted((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity))
}
