/**
 * How often each reason was given, as kube-scheduler prints it: ` 2 Insufficient cpu, 1 Too many pods.`, sorted as text
 * (`10 x` stands before `2 y`); empty when there is no reason. Source: pkg/scheduler/framework/types.go `FitError.Error`.
 */
export function reasonHistogram(reasonsByNode: Iterable<readonly string[]>): string {
  const counts = new Map<string, number>()
  for (const reasons of reasonsByNode) {
    for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1)
  }
  if (counts.size === 0) return ''
  const parts = [...counts].map(([reason, count]) => `${count} ${reason}`)
  return ` ${parts.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0)).join(', ')}.`
}
