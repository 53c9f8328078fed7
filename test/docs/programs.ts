import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseHcl } from '../../src/read/terraform/hcl.ts'
import { eksGpuFault } from './eks-gpu-usage.ts'
import { repository } from './pages.ts'

/** Says what is wrong with a command, the words after the program; `undefined` when nothing is. */
type Fault = (words: readonly string[], page: string) => Promise<string | undefined>

const anything: Fault = async () => undefined

/** Programs that pages may name. Add one only after its command was tried by hand: for those with `anything` nobody else looks. */
const programs: ReadonlyMap<string, Fault> = new Map<string, Fault>([
  ['npx', (words, page) => (words[0] === 'eks-gpu' ? eksGpu(words.slice(1), page) : anything(words, page))],
  ['eks-gpu', eksGpu],
  ['terraform', terraform],
  ['tofu', terraform],
  ['kubectl', async (words) => firstOf(words, kubectlCommands, 'kubectl')],
  ['aws', async (words) => firstOf(words, awsServices, 'aws')],
  ['npm', npm],
  ['.ci/run', anything],
  ['test/control-plane/build.sh', anything],
  ...`awk base64 cat cd cp curl cut diff echo export git grep head jq ls mkdir printf read sed sleep sort tail tee
    tr uniq wc xargs docker skopeo crane sh helm flux argocd ssh nvidia-smi python3 node dig`
    .split(/\s+/)
    .map((name): [string, Fault] => [name, anything]),
])

/** Commands of kubectl 1.36; pages.long.test.ts asks kubectl itself about the rest of each line. */
const kubectlCommands = new Set(
  `annotate api-resources apply attach auth autoscale certificate cluster-info config cordon cp create debug
    delete describe diff drain edit events exec explain expose get kustomize label logs patch port-forward proxy
    replace rollout run scale set taint top uncordon version wait`.split(/\s+/),
)

const awsServices = new Set(
  `autoscaling configure ec2 ecr eks fsx iam kms lambda logs pricing s3 s3api service-quotas sqs ssm sso sts efs
    cloudwatch events`.split(/\s+/),
)

/** Flags of Terraform's commands that pages use, without what stands behind `=`. */
const terraformFlags: Readonly<Record<string, readonly string[]>> = {
  apply: ['-auto-approve', '-target', '-var', '-var-file', '-replace', '-refresh-only', '-input', '-parallelism'],
  destroy: ['-auto-approve', '-target', '-var', '-var-file'],
  fmt: ['-check', '-recursive', '-diff'],
  get: [],
  import: [],
  init: ['-upgrade', '-backend', '-backend-config', '-migrate-state', '-reconfigure', '-input'],
  output: ['-raw', '-json'],
  plan: ['-out', '-var', '-var-file', '-target', '-detailed-exitcode', '-input', '-destroy', '-refresh-only'],
  providers: [],
  show: ['-json'],
  state: [],
  taint: [],
  test: ['-filter', '-verbose'],
  validate: ['-json'],
  version: [],
}

/** What is wrong with a command of a page; `undefined` when nothing is. */
export async function commandFault(words: readonly string[], page: string): Promise<string | undefined> {
  const [program = '', ...rest] = words
  const fault = programs.get(program)
  return fault === undefined
    ? `${program} is no program that test/docs/programs.ts knows: name another, or try it and add it there`
    : fault(rest, page)
}

async function eksGpu(words: readonly string[], page: string): Promise<string | undefined> {
  const fault = await eksGpuFault(words)
  if (fault !== undefined) return fault
  const missing = words.find((word) => word.startsWith('examples/') && !existsSync(join(repository, word)))
  if (missing === undefined) return undefined
  // What `synth` writes is not there before.
  return page.startsWith('examples/typescript') ? undefined : `${missing} is not there`
}

async function terraform(words: readonly string[], page: string): Promise<string | undefined> {
  const rest = words[0]?.startsWith('-chdir=') ? words.slice(1) : words
  const [command = '', ...args] = rest
  const flags = terraformFlags[command]
  if (flags === undefined) return `terraform ${command} is not in test/docs/programs.ts`
  const unknown = args.find(
    (word) => word.startsWith('-') && word !== '-' && !flags.includes(word.replace(/=.*$/s, '')),
  )
  if (unknown !== undefined) return `terraform ${command} ${unknown} is not in test/docs/programs.ts`
  if (command !== 'output') return undefined
  const name = args.find((word) => !word.startsWith('-'))
  return name === undefined || (await outputsFor(page)).has(name) ? undefined : `there is no output ${name}`
}

async function npm(words: readonly string[]): Promise<string | undefined> {
  const [command = '', script = ''] = words
  if (['ci', 'install', 'test', 'i'].includes(command)) return undefined
  if (command !== 'run') return `npm ${command} is not in test/docs/programs.ts`
  const json: unknown = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8'))
  const scripts = typeof json === 'object' && json !== null && 'scripts' in json ? json.scripts : undefined
  return typeof scripts === 'object' && scripts !== null && script in scripts
    ? undefined
    : `package.json has no script ${script}`
}

/** Outputs that `terraform output` may ask for in a page: of the example that it is about, else of the module or any example. */
async function outputsFor(page: string): Promise<ReadonlySet<string>> {
  const beside = join(repository, dirname(page), 'outputs.tf')
  const files = existsSync(beside) ? [beside] : [join(repository, 'modules/eks-gpu-cluster/outputs.tf')]
  const blocks = await Promise.all(files.map(async (file) => (await parseHcl(readFileSync(file, 'utf8'))).body.blocks))
  return new Set(
    blocks.flat().flatMap(({ type, labels: [name] }) => (type === 'output' && name !== undefined ? [name] : [])),
  )
}

function firstOf(words: readonly string[], known: ReadonlySet<string>, program: string): string | undefined {
  // Flags before the command take a value behind a blank or behind `=`.
  const at = words.findIndex(
    (word, index) =>
      !word.startsWith('-') &&
      !/^(-n|--namespace|--kubeconfig|--context|--profile|--region)$/.test(words[index - 1] ?? ''),
  )
  const command = words[at]
  if (command === undefined) return `${program} without a command`
  return known.has(command) ? undefined : `${program} ${command} is not in test/docs/programs.ts`
}
