import type { Cluster, Unknown } from '../cluster/cluster.ts'
import { ProblemError } from '../cluster/problem.ts'
import type { KubernetesInput } from '../read/kubernetes/kubernetes-input.ts'
import { readKubernetesInput } from '../read/kubernetes/read-kubernetes-input.ts'
import type { ComparisonDocument } from '../report/comparison-schema.ts'
import type { ExplanationDocument } from '../report/explanation-schema.ts'
import { outcomeDocument, outcomeJson, rowLines } from '../report/outcome-document.ts'
import { formatOutcome } from '../report/outcome-text.ts'
import { type Paint, plain } from '../report/paint.ts'
import { openProgress, type Progress, quietProgress } from '../report/progress.ts'
import type { Outcome } from '../simulation/outcome.ts'
import { type Simulation, simulate } from '../simulation/simulate.ts'
import { type CliContext, complain, type ExitCode, errPaint, outPaint, runCommand } from './context.ts'
import type { SimulateFlags } from './simulate-flags.ts'
import { openInput } from './simulate-input.ts'
import { kubernetesVersion, podTemplatePath, simulationOptions } from './simulate-options.ts'
import { readClusterSource, readNamedSource } from './simulate-source.ts'
import { writeResult } from './write-result.ts'

/** `eks-gpu simulate [DIR|plan.json|-] -f FILE …`: the fate of every pod, before anything is deployed. */
export async function simulateWorkloads(this: CliContext, flags: SimulateFlags, source?: string): Promise<void> {
  await runCommand(this, flags, async () => {
    refuseContradictions(flags, source)
    const cluster = await readClusterSource(this, flags, source)
    if (flags.printCluster) {
      const { clusterJson } = await import('../read/config/cluster-json.ts')
      await writeResult(this, flags.output, [clusterJson(cluster)])
      return 0
    }
    const progress = flags.quiet
      ? quietProgress(this.process.stderr)
      : openProgress(this.process.stderr, errPaint(this))
    try {
      const first = await run(this, flags, cluster, flags.filename ?? [], progress)
      if (first === undefined) return 1
      if (flags.compare !== undefined) return await compare(this, flags, cluster, first, flags.compare, progress)
      await report(this, flags, first)
      return exitOf(first.outcome)
    } finally {
      progress.close()
    }
  })
}

/** Reads workloads and runs them; `undefined` when the input has problems, which are told. */
async function run(
  context: CliContext,
  flags: SimulateFlags,
  cluster: Cluster,
  files: readonly string[],
  progress: Progress,
): Promise<Simulation | undefined> {
  const options = simulationOptions(flags, cluster)
  const read = await readInput(context, flags, cluster, files)
  if (read === undefined) return undefined
  const step = progress.step('Simulate')
  try {
    const known: Cluster = { ...cluster, unknowns: [...cluster.unknowns, ...read.unread] }
    const simulation = simulate(known, read.input, options)
    step.succeed()
    return simulation
  } catch (error) {
    step.fail()
    throw error
  }
}

async function readInput(
  context: CliContext,
  flags: SimulateFlags,
  cluster: Cluster,
  files: readonly string[],
): Promise<{ readonly input: KubernetesInput; readonly unread: readonly Unknown[] } | undefined> {
  const { sources, problems, unread } = await openInput(context, flags, files)
  const input = await readKubernetesInput(sources, {
    kubernetesVersion:
      flags.kubernetesVersion === undefined ? cluster.kubernetesVersion : kubernetesVersion(flags.kubernetesVersion),
    ...(flags.namespace !== undefined && { namespace: flags.namespace }),
    ...(flags.fire !== undefined && { fire: flags.fire }),
    ...(flags.podTemplate !== undefined && { podTemplates: flags.podTemplate.map(podTemplatePath) }),
    storageClasses: cluster.objects.storageClasses,
    clusterKnown: flags.fromCluster || cluster.nodeGroups.length > 0 || cluster.nodes.length > 0,
  })
  const all = [...problems, ...input.problems]
  for (const problem of all.slice(0, mostProblems)) complain(context, problem)
  if (all.length > mostProblems)
    context.process.stderr.write(`(${all.length - mostProblems} more problems in the input)\n`)
  return all.length === 0 ? { input, unread: unread() } : undefined
}

/** The most problems of an input that are told. */
const mostProblems = 20

async function report(context: CliContext, flags: SimulateFlags, simulation: Simulation): Promise<void> {
  const { outcome, rows } = simulation
  if (flags.html !== undefined) {
    const { formatOutcomeHtml } = await import('../report/html/outcome-html.ts')
    await writeResult(context, flags.html, [formatOutcomeHtml(outcome, rows)])
  }
  if (flags.eachPod) await writeResult(context, flags.output, rowLines(rows.pods()))
  else if (flags.explain !== undefined) await explain(context, flags, simulation, flags.explain)
  else if (flags.format === 'json')
    await writeResult(context, flags.output, outcomeJson(outcomeDocument(outcome, rows)))
  else await writeResult(context, flags.output, [await humanText(context, flags, outcome)])
}

async function humanText(context: CliContext, flags: SimulateFlags, outcome: Outcome): Promise<string> {
  const paint = paintOf(context, flags)
  const text = formatOutcome(outcome, paint)
  if (!flags.cost) return `${text}\n`
  const { formatCost } = await import('../report/cost-text.ts')
  return `${text}\n\n${formatCost(outcome, paint)}\n`
}

async function explain(
  context: CliContext,
  flags: SimulateFlags,
  simulation: Simulation,
  wanted: string,
): Promise<void> {
  const [namespace = '', pod = '', ...more] = wanted.split('/')
  if (pod === '' || namespace === '' || more.length > 0)
    throw new ProblemError({
      id: 'explain-malformed',
      what: `--explain ${JSON.stringify(wanted)} is not NAMESPACE/POD.`,
      fix: 'name one pod, e.g. default/web-0; --each-pod lists all of them',
    })
  const explanation = simulation.explain(namespace, pod)
  if (flags.format === 'json') {
    const document: ExplanationDocument = { schemaVersion: 1, ...explanation }
    await writeResult(context, flags.output, [`${JSON.stringify(document, undefined, 2)}\n`])
    return
  }
  const { formatExplanation } = await import('../report/explanation-text.ts')
  await writeResult(context, flags.output, [`${formatExplanation(explanation, paintOf(context, flags))}\n`])
}

/** Runs the other side and tells what differs. Exits 2 when pods of either stay Pending. */
async function compare(
  context: CliContext,
  flags: SimulateFlags,
  cluster: Cluster,
  first: Simulation,
  other: string,
  progress: Progress,
): Promise<ExitCode> {
  const named = await readNamedSource(context, flags, other)
  const second =
    named.kind === 'cluster'
      ? await run(context, flags, named.cluster, flags.filename ?? [], progress)
      : await run(context, flags, cluster, [other], progress)
  if (second === undefined) return 1
  const [{ compareOutcomes }, { formatComparison }] = await Promise.all([
    import('../simulation/compare-outcomes.ts'),
    import('../report/comparison-text.ts'),
  ])
  const comparison = compareOutcomes(first.outcome, second.outcome)
  const names: ComparisonDocument['names'] = { before: nameOfFirst(flags, cluster, named.kind), after: other }
  const document: ComparisonDocument = { schemaVersion: 1, names, ...comparison }
  await writeResult(context, flags.output, [
    flags.format === 'json'
      ? `${JSON.stringify(document, undefined, 2)}\n`
      : `${formatComparison(comparison, names, paintOf(context, flags))}\n`,
  ])
  return exitOf(first.outcome) === 2 ? 2 : exitOf(second.outcome)
}

function nameOfFirst(flags: SimulateFlags, cluster: Cluster, kind: 'cluster' | 'manifests'): string {
  return kind === 'manifests' ? (flags.filename ?? []).join(', ') : (flags.plan ?? flags.cluster ?? cluster.name)
}

/** 0: all run. Pods that gates hold wait because they are told to. */
function exitOf(outcome: Outcome): ExitCode {
  return outcome.totals.pending > 0 || outcome.totals.evicted > 0 ? 2 : 0
}

/** A file never has colours. */
function paintOf(context: CliContext, flags: SimulateFlags): Paint {
  return flags.output === undefined ? outPaint(context) : plain
}

function refuseContradictions(flags: SimulateFlags, source: string | undefined): void {
  const ways = [
    ...(flags.eachPod ? ['--each-pod'] : []),
    ...(flags.explain === undefined ? [] : ['--explain']),
    ...(flags.compare === undefined ? [] : ['--compare']),
    ...(flags.printCluster ? ['--print-cluster'] : []),
  ]
  const readers = [source, flags.plan, flags.cluster, flags.compare, ...(flags.filename ?? [])]
  if (readers.every((path) => path === undefined) && !flags.fromCluster)
    throw new ProblemError({
      id: 'nothing-to-simulate',
      what: 'There is neither a cluster nor a workload to simulate.',
      fix: 'name a Terraform directory or a plan, and workloads with -f: eks-gpu simulate examples/production -f workloads/',
    })
  if (ways.length > 1) throw contradiction(`${ways[0]} and ${ways[1]} are two different results`, 'ask for one of them')
  if (readers.filter((path) => path === '-').length > 1)
    throw contradiction('two inputs are to come from standard input', 'give one of them as a file')
  if (flags.scores && !flags.eachPod && flags.format !== 'json')
    throw contradiction(
      '--scores shows in --format json and in --each-pod only',
      'add one of them, or look at one pod with --explain NAMESPACE/POD',
    )
}

function contradiction(what: string, fix: string): ProblemError {
  return new ProblemError({ id: 'flags-contradict', what: `${what}.`, fix })
}
