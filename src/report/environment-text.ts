import type { EnvironmentCluster } from '../local/environment.ts'
import type { Paint } from './paint.ts'

/** A local environment as `local status` shows it. */
export type EnvironmentView = {
  readonly name: string
  /** Absolute path of the Terraform directory. */
  readonly directory: string
  readonly state: 'running' | 'broken' | 'stopped'
  /** The emulator's calendar, `YYYY-MM-DD`. */
  readonly asOf: string
  readonly awsEndpoint: string
  readonly clusters: readonly EnvironmentCluster[]
  readonly processes: readonly { readonly name: string; readonly pid: number; readonly running: boolean }[]
  /** A run of Terraform that has not ended properly; `null` without one. */
  readonly terraform: { readonly operation: string; readonly pid: number | null; readonly running: boolean } | null
}

/** Lists environments with what runs of them. Ends without a line break. */
export function formatEnvironments(views: readonly EnvironmentView[], paint: Paint): string {
  if (views.length === 0) return 'No local environment. "eks-gpu up examples/basic --local" starts one.'
  return views.map((view) => formatEnvironment(view, paint)).join('\n\n')
}

function formatEnvironment(view: EnvironmentView, paint: Paint): string {
  const tone = view.state === 'running' ? 'good' : 'bad'
  const lines = [`${paint('strong', view.name)}: ${paint(tone, words[view.state])}`, `  directory   ${view.directory}`]
  if (view.awsEndpoint !== '') lines.push(`  AWS         ${view.awsEndpoint}, as of ${view.asOf}`)
  for (const cluster of view.clusters) {
    lines.push(
      `  cluster     ${paint('name', cluster.name)}, ${cluster.region}, Kubernetes ${cluster.kubernetes}, ${cluster.endpoint}`,
      `  kubeconfig  ${cluster.kubeconfig}`,
    )
  }
  if (view.processes.length > 0)
    lines.push(
      `  processes   ${view.processes.map(({ name, pid, running }) => `${name} ${pid}${running ? '' : ' (ended)'}`).join(', ')}`,
    )
  if (view.terraform !== null) {
    const { operation, pid, running } = view.terraform
    lines.push(
      running
        ? `  terraform   ${operation} still runs (process ${pid}), although the eks-gpu that started it has ended; "eks-gpu up" follows it`
        : `  terraform   ${operation} was cut short; "eks-gpu up" looks up what it was creating and goes on`,
    )
  }
  if (view.state !== 'running')
    lines.push(`  ${paint('good', 'Fix:')} eks-gpu down ${view.directory} --local ends what is left and removes it`)
  return lines.join('\n')
}

const words = {
  running: 'running',
  broken: 'broken: it does not answer, and some of its processes still run',
  stopped: 'stopped: none of its processes runs any more',
} as const satisfies Record<EnvironmentView['state'], string>
