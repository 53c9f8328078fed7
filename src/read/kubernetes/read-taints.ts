import type { Taint, TaintEffect } from '../../cluster/taint.ts'
import type { Toleration } from '../../cluster/toleration.ts'
import { listAt, numberAt, textAt } from './json.ts'

/** The taints of a Kubernetes Node object; entries with an unknown effect are left out. */
export function readTaints(node: unknown): readonly Taint[] {
  return listAt(node, 'spec', 'taints').flatMap((taint) => {
    const effect = readEffect(textAt(taint, 'effect'))
    return effect === undefined
      ? []
      : [{ key: textAt(taint, 'key') ?? '', value: textAt(taint, 'value') ?? '', effect }]
  })
}

/** The tolerations of a Kubernetes pod spec. */
export function readTolerations(podSpec: unknown): readonly Toleration[] {
  return listAt(podSpec, 'tolerations').map((toleration) => {
    const effect = readEffect(textAt(toleration, 'effect'))
    const tolerationSeconds = numberAt(toleration, 'tolerationSeconds')
    return {
      key: textAt(toleration, 'key') ?? '',
      operator: textAt(toleration, 'operator') === 'Exists' ? 'Exists' : 'Equal',
      value: textAt(toleration, 'value') ?? '',
      ...(effect !== undefined && { effect }),
      ...(tolerationSeconds !== undefined && { tolerationSeconds }),
    }
  })
}

function readEffect(text: string | undefined): TaintEffect | undefined {
  return text === 'NoSchedule' || text === 'PreferNoSchedule' || text === 'NoExecute' ? text : undefined
}
