import { listAt, numberAt, scalarTextAt, textAt, valueAt } from '../../kubernetes/json.ts'
import { isUnknown, type PlanIndex, type PlannedResource } from './plan-index.ts'
import { traceReferences } from './trace-references.ts'

/** A launch template, as far as it decides what a node is. */
export type LaunchTemplate = {
  readonly address: string
  /** Its id, where it is known. */
  readonly id?: string
  /** Whether it names an image of the caller's. */
  readonly ownImage: boolean
  readonly instanceType?: string
  /** Decoded; empty without. */
  readonly userData: string
  /** Whether it is known only after apply. */
  readonly userDataUnknown: boolean
  readonly volumes: readonly { readonly device: string; readonly sizeGib: number }[]
  readonly efaInterfaces: number
  readonly marketType?: 'spot' | 'capacity-block'
  /** Attributes that choose the types, where it names none. */
  readonly requirements?: unknown
}

/** Whether a resource has a launch template, and which. */
export type FoundTemplate =
  | { readonly kind: 'none' }
  | { readonly kind: 'found'; readonly template: LaunchTemplate }
  /** It has one that the plan does not show. */
  | { readonly kind: 'hidden' }

/** Finds the launch template of a node group (`launch_template`) or an Auto Scaling group (that, or its mixed policy). */
export function findLaunchTemplate(index: PlanIndex, resource: PlannedResource): FoundTemplate {
  const mixed = valueAt(resource.values, 'mixed_instances_policy', 0, 'launch_template', 0)
  const inMixed = mixed !== undefined
  const block = inMixed
    ? valueAt(mixed, 'launch_template_specification', 0)
    : valueAt(resource.values, 'launch_template', 0)
  if (block === undefined) return { kind: 'none' }
  const templates = index.managed('aws_launch_template')
  const [id, name] = inMixed
    ? [textAt(block, 'launch_template_id'), textAt(block, 'launch_template_name')]
    : [textAt(block, 'id'), textAt(block, 'name')]
  const known = templates.find(
    ({ values }) =>
      (id !== undefined && textAt(values, 'id') === id) || (name !== undefined && textAt(values, 'name') === name),
  )
  const found = known ?? tracedTemplate(index, resource, inMixed ? 'mixed_instances_policy' : 'launch_template')
  if (found !== undefined) return { kind: 'found', template: readLaunchTemplate(found) }
  const beside = templates.filter(({ module }) => JSON.stringify(module) === JSON.stringify(resource.module))
  const [only] = beside
  // Modules name their template by a local value, which plans do not have.
  return only !== undefined && beside.length === 1 && id === undefined
    ? { kind: 'found', template: readLaunchTemplate(only) }
    : { kind: 'hidden' }
}

function tracedTemplate(index: PlanIndex, resource: PlannedResource, attribute: string): PlannedResource | undefined {
  const { resources } = traceReferences(index, resource, attribute, ['aws_launch_template'])
  return resources.length === 1
    ? resources[0]
    : resources.find(
        ({ index: key }) =>
          // A node group for each zone of a group: group/0.
          key !== undefined && (key === resource.index || String(resource.index).startsWith(`${key}/`)),
      )
}

function readLaunchTemplate(resource: PlannedResource): LaunchTemplate {
  const { values } = resource
  const id = textAt(values, 'id')
  const instanceType = textAt(values, 'instance_type')
  const image = textAt(values, 'image_id')
  const requirements = valueAt(values, 'instance_requirements', 0)
  const market = textAt(values, 'instance_market_options', 0, 'market_type')
  return {
    address: resource.address,
    ...(id !== undefined && { id }),
    ownImage: (image !== undefined && image !== '') || isUnknown(resource, 'image_id'),
    ...(instanceType !== undefined && instanceType !== '' && { instanceType }),
    userData: Buffer.from(textAt(values, 'user_data') ?? '', 'base64').toString('utf8'),
    userDataUnknown: isUnknown(resource, 'user_data'),
    volumes: listAt(values, 'block_device_mappings').flatMap((mapping) => {
      const device = textAt(mapping, 'device_name')
      const sizeGib = Number(scalarTextAt(mapping, 'ebs', 0, 'volume_size') ?? Number.NaN)
      return device === undefined || !(sizeGib > 0) ? [] : [{ device, sizeGib }]
    }),
    efaInterfaces: listAt(values, 'network_interfaces').filter((each) =>
      (textAt(each, 'interface_type') ?? '').startsWith('efa'),
    ).length,
    ...((market === 'spot' || market === 'capacity-block') && { marketType: market }),
    ...(requirements !== undefined && { requirements }),
  }
}

/** Whether it has Bottlerocket's second volume, by which an image of that family is known while its user data is not. */
export function hasDataVolume({ volumes }: LaunchTemplate): boolean {
  return volumes.some(({ device }) => device === bottlerocketData)
}

const bottlerocketData = '/dev/xvdb'

/** Size of the volume that carries container images, GiB: Bottlerocket keeps them on its second. */
export function imageVolumeGib(template: LaunchTemplate | undefined, bottlerocket: boolean): number | undefined {
  const wanted = bottlerocket ? [bottlerocketData] : ['/dev/xvda', '/dev/sda1']
  return template?.volumes.find(({ device }) => wanted.includes(device))?.sizeGib
}

/** Reads a whole number that a plan may hold as text. */
export function wholeNumberAt(value: unknown, ...path: readonly (string | number)[]): number | undefined {
  const read = numberAt(value, ...path) ?? Number(textAt(value, ...path) ?? Number.NaN)
  return Number.isInteger(read) ? read : undefined
}
