import { textAt, textsAt } from '../../kubernetes/json.ts'
import { isUnknown, type PlanIndex, type PlannedResource } from './plan-index.ts'
import { traceInputs, traceReferences } from './trace-references.ts'
import type { Unknowns } from './unknowns.ts'

const subnetTypes = ['aws_subnet', 'data.aws_subnet', 'aws_default_subnet']

/** Where a group's subnets are written: `subnet_ids`, or `vpc_zone_identifier` of an Auto Scaling group. */
export type SubnetsAttribute = 'subnet_ids' | 'vpc_zone_identifier'

/**
 * Availability zones of a group in the order of its subnets, each once. Where the plan does not know the subnets, those
 * in reach of the group's module stand in, and without any three zones of the region; both are noted.
 */
export function zonesOf(
  index: PlanIndex,
  resource: PlannedResource,
  attribute: SubnetsAttribute,
  group: { readonly name: string; readonly region: string },
  unknowns: Unknowns,
): readonly string[] {
  const ids = textsAt(resource.values, attribute)
  const known = ids.map((id) => zoneOfSubnet(index, id))
  if (ids.length > 0 && !isUnknown(resource, attribute) && known.every((zone) => zone !== undefined))
    // Ids come as a set, which has lost the order of the configuration: by name then, as AWS lists zones.
    return distinct(known.flatMap((zone) => zone ?? [])).toSorted()
  const traced = traceReferences(index, resource, attribute, subnetTypes)
  const exact = zonesIn(traced.resources)
  if (traced.complete && exact.length > 0) return exact
  const near =
    exact.length > 0
      ? exact
      : firstNonEmpty([
          () => zonesIn(inSameModule(index, resource)),
          () => zonesIn(traceInputs(index, resource.module, /subnet/, subnetTypes).resources),
        ])
  if (near.length > 0) {
    if (!usesAllSubnets(index, resource))
      unknowns.noteEach(
        'subnets of group',
        group.name,
        `they are known only after apply; taken to be those that its module has, in ${near.join(', ')}`,
      )
    return near
  }
  const assumed = ['a', 'b', 'c']
    .slice(0, ids.length === 0 ? 3 : Math.min(ids.length, 3))
    .map((letter) => group.region + letter)
  unknowns.noteEach(
    'zones of group',
    group.name,
    `the plan does not show its subnets; taken to be in ${assumed.join(', ')}`,
  )
  return assumed
}

/** The region that zones lie in: `us-east-1a` → `us-east-1`. */
export function regionOfZone(zone: string): string | undefined {
  return /^([a-z]{2}(?:-[a-z]+)+-\d+)[a-z]$/.exec(zone)?.[1]
}

function zoneOfSubnet(index: PlanIndex, id: string): string | undefined {
  const subnet = [...index.managed('aws_subnet'), ...index.data('aws_subnet')].find(
    ({ values }) => textAt(values, 'id') === id,
  )
  return textAt(subnet?.values, 'availability_zone')
}

function zonesIn(subnets: readonly PlannedResource[]): readonly string[] {
  return distinct(subnets.flatMap(({ values }) => textAt(values, 'availability_zone') ?? []))
}

function inSameModule(index: PlanIndex, resource: PlannedResource): readonly PlannedResource[] {
  const home = JSON.stringify(resource.module)
  return index.managed('aws_subnet').filter(({ module }) => JSON.stringify(module) === home)
}

/**
 * Whether a group of our own module certainly uses all of the cluster's subnets: what the call says of it refers to none,
 * and subnets by their ids would be known.
 */
function usesAllSubnets(index: PlanIndex, resource: PlannedResource): boolean {
  const inputs = index.callOf(resource.module)?.expressions
  if (inputs === undefined || !Object.hasOwn(inputs, 'gpu_node_groups')) return false
  const input = resource.name === 'system' ? /^system_node_group$/ : /^gpu_node_groups$/
  const { resources, complete } = traceInputs(index, resource.module, input, subnetTypes)
  return complete && resources.length === 0
}

function firstNonEmpty(attempts: readonly (() => readonly string[])[]): readonly string[] {
  for (const attempt of attempts) {
    const zones = attempt()
    if (zones.length > 0) return zones
  }
  return []
}

function distinct(list: readonly string[]): readonly string[] {
  return [...new Set(list)]
}
