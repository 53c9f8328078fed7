import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import { gpuModels, selectInstanceTypes } from '../catalog/select-instance-types.ts'
import { ProblemError } from '../cluster/problem.ts'
import { findNetworks, type NetworkProposal, proposeNetworks } from '../read/live/networks.ts'
import { nearestName } from '../read/terraform/nearest-name.ts'
import { type Purpose, purposeDefaults, type Starter, type StarterNetwork } from '../terraform/starter/starter.ts'
import { starterHcl } from '../terraform/starter/starter-hcl.ts'
import { starterTypescript } from '../terraform/starter/starter-typescript.ts'
import { packedModule } from '../terraform/synth/packed-module.ts'
import { shellWord } from './command-line.ts'
import { type CliContext, print, runCommand } from './context.ts'
import { openQuestions, type Questions } from './questions.ts'

/** Flags of `eks-gpu init`. */
export type InitFlags = {
  readonly language: 'ts' | 'hcl'
  readonly for?: Purpose
  readonly gpu?: string
  readonly gpus?: number
  readonly instanceType?: readonly string[]
  readonly spot: boolean
  readonly maxNodes?: number
  readonly name?: string
  readonly region?: string
  readonly from?: 'aws'
  readonly vpcId?: string
  readonly subnetId?: readonly string[]
  readonly yes: boolean
  readonly debug: boolean
}

/** `eks-gpu init [DIR]`: writes a first cluster. What no flag says is asked at a terminal, and has a default elsewhere. */
export async function init(this: CliContext, flags: InitFlags, directory = '.'): Promise<void> {
  await runCommand(this, flags, async () => {
    const folder = resolve(this.process.cwd(), directory)
    const questions = flags.yes ? undefined : openQuestions(this)
    try {
      const starter = await starterOf(this, flags, folder, questions)
      const files = filesOf(starter, flags.language, folder)
      writeNew(folder, directory, files)
      const shown = directory === '.' ? '' : `${directory.replace(/[\\/]+$/, '')}/`
      const target = flags.language === 'ts' ? `${shown}cluster.ts` : directory
      print(this, [...[...files.keys()].map((name) => `${shown}${name}  written`), ''].join('\n'))
      print(this, `Next: eks-gpu up ${shellWord(target)} --local, then without --local`)
      return 0
    } finally {
      questions?.close()
    }
  })
}

async function starterOf(
  context: CliContext,
  flags: InitFlags,
  folder: string,
  questions: Questions | undefined,
): Promise<Starter> {
  const { env } = context.process
  const region = flags.region ?? (env['AWS_REGION'] || env['AWS_DEFAULT_REGION'] || 'us-east-1')
  const purpose = flags.for ?? (await questions?.choose('What are the GPUs for?', purposes)) ?? 'inference'
  const defaults = purposeDefaults[purpose]
  const types = await typesOf(flags, defaults, questions)
  const name =
    flags.name ?? (await questions?.ask('Name of the cluster', nameFrom(folder), nameFault)) ?? nameFrom(folder)
  const fault = nameFault(name)
  if (fault !== undefined)
    throw new ProblemError({ id: 'cluster-name-invalid', what: fault, fix: 'give another --name' })
  const network = await networkOf(context, flags, region, types, questions)
  return {
    name,
    region,
    purpose,
    instanceTypes: types,
    spot: flags.spot,
    maxNodes: flags.maxNodes ?? defaults.maxNodes,
    ...(network !== undefined && { network }),
  }
}

const purposes: readonly { readonly label: string; readonly value: Purpose }[] = [
  { label: 'inference: nodes with one small GPU, from none to a few', value: 'inference' },
  { label: 'training: nodes with eight large GPUs', value: 'training' },
  { label: 'development: one cheap node', value: 'development' },
]

/** How many types a Spot group names, so that EC2 has a choice; On-Demand needs one. */
const spotTypes = 3

async function typesOf(
  flags: InitFlags,
  defaults: { readonly gpu: string; readonly gpus: number },
  questions: Questions | undefined,
): Promise<readonly string[]> {
  if (flags.instanceType !== undefined) return flags.instanceType
  const gpu = flags.gpu ?? (await questions?.ask('Which GPU?', defaults.gpu, modelFault)) ?? defaults.gpu
  const fault = modelFault(gpu)
  if (fault !== undefined)
    throw new ProblemError({ id: 'gpu-model-unknown', what: fault, fix: 'eks-gpu instances lists them' })
  const sizes = [...new Set(selectInstanceTypes({ gpu }, 'price').flatMap((type) => type.gpu?.count || []))]
  const usual = sizes.includes(defaults.gpus) ? defaults.gpus : (sizes[0] ?? defaults.gpus)
  // Parts of a GPU are for who names their type.
  const fitting = selectInstanceTypes({ gpu, gpus: flags.gpus ?? usual }, 'price').filter(
    (type) => type.gpu?.count !== 0,
  )
  const [first] = fitting
  if (first === undefined)
    throw new ProblemError({
      id: 'gpu-count-unknown',
      what: `There is no instance type with ${flags.gpus} ${gpu} GPUs.`,
      fix: `give --gpus ${sizes.toSorted((a, b) => a - b).join(', ')}, or name a type with --instance-type`,
    })
  return fitting
    .filter((type) => type.arch === first.arch)
    .slice(0, flags.spot ? spotTypes : 1)
    .map(({ name }) => name)
}

function modelFault(gpu: string): string | undefined {
  const models = gpuModels()
  if (models.some((model) => model.toLowerCase() === gpu.toLowerCase())) return undefined
  const near = nearestName(gpu, models)
  return near === undefined
    ? `The catalogue has no GPU ${gpu}; it has ${models.join(', ')}.`
    : `The catalogue has no GPU ${gpu}; did you mean ${near}?`
}

function nameFrom(folder: string): string {
  const name = basename(folder)
    .replace(/[^0-9A-Za-z_-]+/g, '-')
    .replace(/^[-_]+/, '')
  return name === '' ? 'gpu' : name.slice(0, 100)
}

function nameFault(name: string): string | undefined {
  return /^[0-9A-Za-z][0-9A-Za-z_-]{0,99}$/.test(name)
    ? undefined
    : `${JSON.stringify(name)} is no name for a cluster: it must start with a letter or digit and hold 1 to 100 letters, digits, hyphens and underscores.`
}

/** The network that flags name, that the account has, or none: then the module makes one. */
async function networkOf(
  context: CliContext,
  flags: InitFlags,
  region: string,
  types: readonly string[],
  questions: Questions | undefined,
): Promise<StarterNetwork | undefined> {
  const { vpcId, subnetId: subnetIds = [] } = flags
  if (vpcId !== undefined && subnetIds.length > 0) return { vpcId, subnets: subnetIds.map((id) => ({ id })) }
  if (subnetIds.length > 0)
    throw new ProblemError({
      id: 'network-incomplete',
      what: '--subnet-id names subnets, and no --vpc-id says of which VPC.',
      fix: 'add --vpc-id',
    })
  if (vpcId !== undefined && flags.from === undefined)
    throw new ProblemError({
      id: 'network-incomplete',
      what: `--vpc-id names ${vpcId}, and no --subnet-id says which of its subnets.`,
      fix: 'add two private subnets with --subnet-id, or let --from aws look for them',
    })
  const kind =
    flags.from ??
    (await questions?.choose('Which network?', [
      { label: 'a new VPC, made by the module', value: 'new' },
      { label: `a VPC that your account has in ${region}`, value: 'aws' },
    ])) ??
    'new'
  if (kind === 'new') return undefined
  const proposals = proposeNetworks(await findNetworks({ region }, types))
  return chosen(context, await pick(proposals, vpcId, region, questions))
}

async function pick(
  proposals: readonly NetworkProposal[],
  vpcId: string | undefined,
  region: string,
  questions: Questions | undefined,
): Promise<NetworkProposal> {
  const wanted = vpcId === undefined ? proposals : proposals.filter(({ vpc }) => vpc.id === vpcId)
  const usable = wanted.filter(({ against }) => against.length === 0)
  const [best] = usable
  if (best === undefined)
    throw new ProblemError({
      id: 'no-network-found',
      what:
        vpcId === undefined
          ? `No VPC of the account in ${region} can take the cluster.`
          : `${vpcId} in ${region} cannot take the cluster${wanted.length === 0 ? ': the account has no such VPC there' : ''}.`,
      fix: 'leave --from aws out to have a VPC made, or put right what stands above',
      detail: wanted.flatMap(({ vpc, against }) => against.map((reason) => `${vpc.id} ${vpc.name}: ${reason}`)),
    })
  if (questions === undefined || usable.length === 1) return best
  return questions.choose(
    'Which VPC?',
    usable.map((proposal) => ({ label: labelOf(proposal), value: proposal })),
  )
}

function labelOf({ vpc, subnets }: NetworkProposal): string {
  return `${vpc.id} ${vpc.name} ${vpc.cidr}: ${subnets.map(({ zone, freeAddresses }) => `${zone} (${freeAddresses} free)`).join(', ')}`
}

/** Says which network was taken and what is worth knowing of it. */
function chosen(context: CliContext, proposal: NetworkProposal): StarterNetwork {
  const { vpc, subnets, notes } = proposal
  context.process.stderr.write(`Network: ${labelOf(proposal)}\n`)
  for (const note of notes) context.process.stderr.write(`Note: ${note}\n`)
  return {
    vpcId: vpc.id,
    subnets: subnets.map(({ id, name, zone, freeAddresses }) => ({
      id,
      comment: `${[name, zone].filter((part) => part !== '').join(', ')}, ${freeAddresses} free addresses`,
    })),
  }
}

function filesOf(starter: Starter, language: InitFlags['language'], folder: string): ReadonlyMap<string, string> {
  if (language === 'ts') return new Map([['cluster.ts', starterTypescript(starter)]])
  const path = relative(folder, packedModule()).split(sep).join('/')
  return starterHcl(starter, path.startsWith('.') ? path : `./${path}`)
}

function writeNew(folder: string, shown: string, files: ReadonlyMap<string, string>): void {
  const there = [...files.keys()].filter((name) => existsSync(join(folder, name)))
  if (there.length > 0)
    throw new ProblemError({
      id: 'init-would-overwrite',
      what: `${shown} has ${there.join(', ')} already; nothing was written.`,
      fix: 'name another folder, or move the file away',
    })
  for (const [name, text] of files) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
}
