import { addonDefinitions } from '../../src/catalog/addon-catalog.ts'
import { eksVersions } from '../../src/catalog/eks-versions.ts'
import { type InstanceType, instanceTypes } from '../../src/catalog/instance-types.ts'
import { type MigGpu, migGpus } from '../../src/catalog/mig-geometry.ts'
import { groupBy } from '../../src/simulation/group-by.ts'

/** AMI types as the catalogue has them. */
export type AmiTypes = Readonly<
  Record<
    string,
    {
      readonly family: string
      readonly arch: string
      readonly accelerator: string | null
      readonly driverBranch: number | null
      readonly retired?: string
    }
  >
>

/** The text of `src/catalog/catalog-names.generated.ts`: names of the catalogue as literal types, and what rules ask about them. */
export function catalogNames(amiTypes: AmiTypes, defaultVersion: string): string {
  const types = [...instanceTypes().types.values()]
  const gpu = types.filter((type) => type.gpu !== undefined)
  const general = types.filter((type) => type.gpu === undefined)
  const current = Object.entries(amiTypes).filter(([, type]) => type.retired === undefined)
  const nvidia = current.filter(([, type]) => type.accelerator === 'nvidia')
  const alike = groupBy(gpu, alikeness)
  const families = groupBy(nvidia, ([, { family, arch }]) => `${family} ${arch}`)
  return [
    '// Generated from src/catalog/data by `npm run generate`. Do not edit.',
    '',
    list(
      'gpuInstanceTypeNames',
      'Every GPU instance type of the catalogue.',
      gpu.map(({ name }) => name),
    ),
    union('GpuInstanceType', 'A GPU instance type of the catalogue.', 'gpuInstanceTypeNames'),
    list(
      'generalInstanceTypeNames',
      'Instance types without a GPU.',
      general.map(({ name }) => name),
    ),
    union('GeneralInstanceType', 'An instance type without a GPU.', 'generalInstanceTypeNames'),
    list(
      'gpuAmiTypeNames',
      'AMI types of EKS with an NVIDIA driver.',
      nvidia.map(([name]) => name),
    ),
    union('GpuAmiType', 'An AMI type of EKS with an NVIDIA driver.', 'gpuAmiTypeNames'),
    list(
      'systemAmiTypeNames',
      'AMI types of EKS for nodes without a GPU.',
      current.filter(([, type]) => type.accelerator === null).map(([name]) => name),
    ),
    union('SystemAmiType', 'An AMI type of EKS for nodes without a GPU.', 'systemAmiTypeNames'),
    list('addonNames', 'Add-ons of EKS.', [...addonDefinitions().keys()]),
    union('AddonName', 'An add-on of EKS.', 'addonNames'),
    list(
      'eksVersionNames',
      'Kubernetes minors of EKS, oldest first.',
      eksVersions().map(({ version }) => version),
    ),
    union('EksVersion', 'A Kubernetes minor of EKS.', 'eksVersionNames'),
    `/** The minor of a cluster that names none. */\nexport type DefaultEksVersion = '${defaultVersion}'\n`,
    '/** GPU instance types by what all types of one group must have in common: architecture and GPUs. */',
    'export type GpuInstanceTypesAlike = {',
    ...[...alike].map(([kind, members]) => `  readonly '${kind}': ${literals(members.map(({ name }) => name))}`),
    '}',
    '',
    '/** AMI types with an NVIDIA driver by operating system and architecture. */',
    'export type GpuAmiTypesByFamily = {',
    ...[...families].map(([kind, members]) => `  readonly '${kind}': ${literals(members.map(([name]) => name))}`),
    '}',
    '',
    "/** What an AMI type with an NVIDIA driver is: operating system, architecture, the driver's branch. */",
    'export type GpuAmiFacts = {',
    ...nvidia.map(
      ([name, { family, arch, driverBranch }]) =>
        `  readonly '${name}': { readonly family: '${family}'; readonly arch: '${arch}'; readonly driverBranch: ${driverBranch} }`,
    ),
    '}',
    '',
    '/** What rules on a group ask of its instance types; `mig` names the GPU in {@link MigGpuFacts}. */',
    'export type GpuInstanceFacts = {',
    ...gpu.map((type) => `  readonly '${type.name}': ${instanceFacts(type, nvidia)}`),
    '}',
    '',
    '/** GPUs that MIG divides: the profiles with how many of each fit, their names in a line, and what Bottlerocket takes. */',
    'export type MigGpuFacts = {',
    ...migGpus().map((each) => `  readonly '${each.name}': ${migFacts(each)}`),
    '}',
    '',
    '/** Those GPUs, in a line. */',
    `export type MigGpuNames = '${migGpus()
      .map(({ name }) => name)
      .toSorted(byBytes)
      .join(', ')}'`,
    '',
  ].join('\n')
}

function instanceFacts(type: InstanceType, amis: readonly (readonly [string, AmiTypes[string]])[]): string {
  const { arch, gpu, efaInterfaces, efaOnCardZero, minDriverBranch = 0, maxDriverBranch = 99_999 } = type
  const undriven = amis.flatMap(([name, { driverBranch }]) =>
    driverBranch !== null && (driverBranch < minDriverBranch || driverBranch > maxDriverBranch) ? [name] : [],
  )
  const mig = migGpus().find((each) => each.gpuModel === gpu?.model && each.memoryMib === gpu.memoryMib)
  const needs = minDriverBranch > 0 ? `needs R${minDriverBranch} or newer` : `needs R${maxDriverBranch} or older`
  return `{ ${[
    `readonly arch: '${arch}'`,
    `readonly gpus: ${devices(type)}`,
    `readonly model: '${gpu?.model}'`,
    `readonly memoryMib: ${gpu?.memoryMib ?? 0}`,
    `readonly mig: ${mig === undefined ? 'null' : `'${mig.name}'`}`,
    `readonly efa: ${efaInterfaces}`,
    `readonly cards: '${efaInterfaces} ${efaOnCardZero}'`,
    `readonly undrivenBy: ${undriven.length === 0 ? 'never' : literals(undriven)}`,
    `readonly driver: '${undriven.length === 0 ? '' : needs}'`,
  ].join('; ')} }`
}

function migFacts({ profiles, bottlerocketKey }: MigGpu): string {
  const names = Object.keys(profiles).toSorted(byBytes)
  const plain = names.filter((name) => !/[+]|-me$/.test(name))
  const counts = (of: readonly string[], between: string, quote: string) =>
    of.map((name) => `${quote}${name}${quote}${between}${profiles[name]?.max}`)
  return `{ ${[
    `readonly profiles: { ${counts(names, ': ', "'")
      .map((each) => `readonly ${each}`)
      .join('; ')} }`,
    `readonly names: '${names.join(', ')}'`,
    `readonly bottlerocket: ${bottlerocketKey === null ? 'null' : `'${counts(plain, ' = ', '').join(', ')}'`}`,
    `readonly plain: ${literals(plain)}`,
  ].join('; ')} }`
}

/** As Terraform's `keys` sorts. */
function byBytes(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** GPUs that the device plugin offers; a fraction of a GPU is one device. */
function devices({ gpu }: InstanceType): number | null {
  return gpu === undefined || gpu.count === null ? null : gpu.count > 0 ? gpu.count : (gpu.fractionalDevices ?? null)
}

/** What the module refuses to mix in a group. A fraction of a GPU is one device. */
function alikeness(type: InstanceType): string {
  const count = devices(type)
  return `${type.arch}, ${count === null ? 'GPUs not published' : `${count} GPU${count === 1 ? '' : 's'}`}`
}

function list(name: string, what: string, values: readonly string[]): string {
  const type = `readonly [${values.map((value) => `'${value}'`).join(', ')}]`
  return `/** ${what} */\nexport const ${name}: ${type} = [\n${values.map((value) => `  '${value}',`).join('\n')}\n]\n`
}

function union(name: string, what: string, of: string): string {
  return `/** ${what} */\nexport type ${name} = (typeof ${of})[number]\n`
}

function literals(values: readonly string[]): string {
  return values.map((value) => `'${value}'`).join(' | ')
}
