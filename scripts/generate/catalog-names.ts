import { addonDefinitions } from '../../src/catalog/addon-catalog.ts'
import { eksVersions } from '../../src/catalog/eks-versions.ts'
import { type InstanceType, instanceTypes } from '../../src/catalog/instance-types.ts'
import { groupBy } from '../../src/simulation/group-by.ts'

/** AMI types as the catalogue has them. */
export type AmiTypes = Readonly<
  Record<
    string,
    { readonly family: string; readonly arch: string; readonly accelerator: string | null; readonly retired?: string }
  >
>

/** The text of `src/catalog/catalog-names.generated.ts`: names of the catalogue as literal types. */
export function catalogNames(amiTypes: AmiTypes): string {
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
  ].join('\n')
}

/** What the module refuses to mix in a group. A fraction of a GPU is one device. */
function alikeness({ arch, gpu }: InstanceType): string {
  const count = gpu?.count === 0 ? (gpu.fractionalDevices ?? 0) : gpu?.count
  return `${arch}, ${count === null || count === undefined ? 'GPUs not published' : `${count} GPU${count === 1 ? '' : 's'}`}`
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
