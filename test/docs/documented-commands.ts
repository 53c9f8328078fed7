import { fencesOf, pages, textOf } from './pages.ts'
import { shellCommands } from './shell-commands.ts'

/** One command line of a page, with its pipes and lists, as a reader pastes it: of a block, or between backticks. */
export type Statement = {
  readonly page: string
  readonly line: number
  /** As the page has it, without what is only a comment. */
  readonly text: string
}

/** A cluster that a long test brings up, and against which it runs the commands of pages. */
export type Environment = keyof typeof environments

/** Long tests that bring a cluster up and run the commands of its pages. `second` and `upgrade` are roots that only the tests have. */
export const environments = {
  basic: 'test/local/lifecycle.long.test.ts',
  'bottlerocket-inference': 'test/local/examples.long.test.ts',
  'capacity-block': 'test/local/capacity-block.long.test.ts',
  'custom-ami': 'test/local/examples.long.test.ts',
  'existing-vpc': 'test/local/examples.long.test.ts',
  'extra-iam': 'test/local/examples.long.test.ts',
  'fully-private': 'test/local/fully-private.long.test.ts',
  'gpu-sharing': 'test/local/gpu-sharing.long.test.ts',
  'karpenter-ready': 'test/local/karpenter-ready.long.test.ts',
  'mixed-capacity': 'test/local/examples.long.test.ts',
  production: 'test/local/lifecycle.long.test.ts',
  second: 'test/local/examples.long.test.ts',
  storage: 'test/local/examples.long.test.ts',
  'training-efa': 'test/local/training-efa.long.test.ts',
  typescript: 'test/local/typescript.long.test.ts',
  upgrade: 'test/local/upgrade.long.test.ts',
} as const

/** The cluster that each page below docs/module looks at. A page of an example looks at its own. */
const pageEnvironments: Readonly<Record<string, Environment>> = {
  access: 'storage',
  autoscaler: 'mixed-capacity',
  'choose-instances': 'capacity-block',
  'custom-ami': 'custom-ami',
  'efa-training': 'training-efa',
  gitops: 'second',
  network: 'existing-vpc',
  nodes: 'bottlerocket-inference',
  observability: 'gpu-sharing',
  private: 'fully-private',
  sharing: 'gpu-sharing',
  'spot-or-on-demand': 'capacity-block',
  storage: 'storage',
  troubleshooting: 'production',
  upgrade: 'upgrade',
}

/** Commands that nothing on this machine can answer, by how they begin, and why. Programs and flags of theirs are checked all the same. */
export const unanswered: readonly { readonly begins: string; readonly why: string }[] = [
  { begins: 'aws service-quotas', why: 'quotas are the account’s; the emulator knows none of GPU instances' },
  { begins: 'sh mirror.sh', why: 'copies images from registries of the internet to one of ECR' },
  { begins: 'helm upgrade --install karpenter', why: 'installs a chart from the internet that drives EC2 itself' },
  {
    begins: 'kubectl get configmap -n kube-system cluster-autoscaler-status',
    why: 'the autoscaler’s stand-in decides as the real one does, and writes no status of itself',
  },
  {
    begins: 'kubectl taint nodes --all ToBeDeletedByClusterAutoscaler-',
    why: 'kubectl fails where no node carries the taint, and the autoscaler’s stand-in leaves none behind',
  },
  { begins: 'kubectl delete nodepools', why: 'nodepools are of Karpenter, which is not in the emulated cluster' },
  { begins: 'kubectl port-forward', why: 'the stand-in’s pods listen on nothing' },
]

/** How a command of a page is held. */
export type Way =
  /** A long test brings this example up or down, which is what the command does. */
  | { readonly kind: 'is the test'; readonly environment: Environment }
  /** `npm test` runs it, without a cluster. */
  | { readonly kind: 'without a cluster'; readonly args: readonly string[] }
  /** The same command stands in README.md, and test/workload-examples.test.ts compares what it prints. */
  | { readonly kind: 'shown' }
  /** A long test runs it against this cluster. */
  | { readonly kind: 'against'; readonly environment: Environment }
  | { readonly kind: 'unanswered'; readonly begins: string }
  | { readonly kind: 'nowhere' }

/** Command lines of the task pages and of the examples. Pages of examples/workloads have a test that compares all they show. */
export function statements(): readonly Statement[] {
  return pages
    .filter((page) => /^(?:docs\/module|examples)\//.test(page) && !page.startsWith('examples/workloads/'))
    .flatMap(statementsOf)
}

/** Command lines that a long test runs against a cluster, in the order of their pages, and each once. */
export function statementsFor(environment: Environment): readonly Statement[] {
  const found = new Map<string, Statement>()
  for (const statement of statements()) {
    const way = wayOf(statement)
    if (way.kind === 'against' && way.environment === environment && !found.has(statement.text))
      found.set(statement.text, statement)
  }
  return [...found.values()]
}

/** How a command line is held. */
export function wayOf({ page, text }: Statement): Way {
  const refused = unanswered.find(({ begins }) => text.startsWith(begins))
  if (refused !== undefined) return { kind: 'unanswered', begins: refused.begins }
  const [, example = ''] = /^npx eks-gpu (?:up|down) examples\/([\w-]+)(?:\/cluster\.ts)? --local$/.exec(text) ?? []
  if (isEnvironment(example)) return { kind: 'is the test', environment: example }
  if (/^npx eks-gpu (?:instances|synth) /.test(text))
    return { kind: 'without a cluster', args: shellCommands(text)[0]?.words.slice(2) ?? [] }
  if (text.startsWith('npx eks-gpu simulate ') && inBlocks('README.md').some((other) => other.text === text))
    return { kind: 'shown' }
  const [, inExamples, inPages] = /^(?:examples\/([\w-]+)\/README|docs\/module\/([\w-]+))\.md$/.exec(page) ?? []
  const environment = inExamples ?? pageEnvironments[inPages ?? ''] ?? ''
  return isEnvironment(environment) ? { kind: 'against', environment } : { kind: 'nowhere' }
}

function isEnvironment(name: string): name is Environment {
  return Object.hasOwn(environments, name)
}

function statementsOf(page: string): readonly Statement[] {
  return [...inBlocks(page), ...inSentences(page)].toSorted((one, other) => one.line - other.line)
}

/** Commands of kubectl, aws and `terraform output` with their arguments; a name of a command alone is no command line. */
function inSentences(page: string): readonly Statement[] {
  const text = textOf(page).replace(/^ *```[\s\S]*?^ *```/gm, (block) => block.replaceAll(/[^\n]/g, ''))
  return text.split('\n').flatMap((each, index) =>
    [...each.matchAll(/`((?:kubectl \S+|aws \S+|terraform output) [^`]+)`/g)].map(([, command = '']) => ({
      page,
      line: index + 1,
      text: command,
    })),
  )
}

function inBlocks(page: string): readonly Statement[] {
  return fencesOf(page)
    .filter(({ language }) => language === 'sh')
    .flatMap(({ text, line }) => {
      const found: Statement[] = []
      let open = ''
      for (const [index, each] of text.split('\n').entries()) {
        open += open === '' ? each : `\n${each}`
        if (goesOn(open)) continue
        const code = open.replace(/(?:^|\s+)# .*$/, '')
        if (code.trim() !== '')
          found.push({ page, line: line + 1 + index - open.split('\n').length + 1, text: code.trim() })
        open = ''
      }
      return found
    })
}

/** Whether a command line has not ended: the next line is continued, or a quote is open. */
function goesOn(text: string): boolean {
  if (/(?:\\|\||&&)$/.test(text)) return true
  try {
    shellCommands(text)
    return false
  } catch {
    return true
  }
}
