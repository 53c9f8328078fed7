import { randomBytes } from 'node:crypto'
import { AwsError } from './aws-error.ts'
import { ec2Answer, escapeXml, filtersOf, listed, numbered, retagged, tagSet } from './query-form.ts'

/** A placement group; moto knows none, so the front keeps them. */
export type PlacementGroup = {
  readonly region: string
  readonly groupId: string
  readonly groupName: string
  readonly strategy: string
  readonly partitionCount: string
  readonly spreadLevel: string
  tags: Readonly<Record<string, string>>
}

/** Placement groups of EC2: created, described, tagged and deleted; `available` at once. */
export type PlacementGroups = {
  /** Whether an EC2 request is about placement groups, by its action and the ids it names. */
  handles(form: URLSearchParams): boolean
  /** The XML answer. Throws {@link AwsError} as EC2 does. */
  handle(region: string, account: string, form: URLSearchParams): string
  find(region: string, name: string): PlacementGroup | undefined
  all(): readonly PlacementGroup[]
}

/** Keeps placement groups in memory. */
export function keepPlacementGroups(): PlacementGroups {
  const groups = new Map<string, PlacementGroup>()
  const key = (region: string, name: string): string => `${region}/${name}`
  return {
    all: () => [...groups.values()],
    find: (region, name) => groups.get(key(region, name)),
    handles: (form) => {
      const action = form.get('Action') ?? ''
      if (/^(Create|Describe|Delete)PlacementGroups?$/.test(action)) return true
      return (
        (action === 'CreateTags' || action === 'DeleteTags') && (form.get('ResourceId.1')?.startsWith('pg-') ?? false)
      )
    },
    handle: (region, account, form) => {
      const action = form.get('Action') ?? ''
      const name = form.get('GroupName') ?? ''
      switch (action) {
        case 'CreatePlacementGroup': {
          if (groups.has(key(region, name)))
            throw new AwsError('InvalidPlacementGroup.Duplicate', 400, `The Placement Group '${name}' already exists.`)
          const group: PlacementGroup = {
            region,
            groupId: `pg-${randomBytes(9).toString('hex').slice(0, 17)}`,
            groupName: name,
            strategy: form.get('Strategy') ?? 'cluster',
            partitionCount: form.get('PartitionCount') ?? '',
            spreadLevel: form.get('SpreadLevel') ?? '',
            tags: numbered(form, 'TagSpecification.1.Tag', 'Key', 'Value'),
          }
          groups.set(key(region, name), group)
          return ec2Answer(action, `<placementGroup>${describe(group, account)}</placementGroup>`)
        }
        case 'DeletePlacementGroup':
          if (!groups.delete(key(region, name)))
            throw new AwsError('InvalidPlacementGroup.Unknown', 400, `The Placement Group '${name}' is unknown.`)
          return ec2Answer(action, '<return>true</return>')
        case 'CreateTags':
        case 'DeleteTags': {
          for (const group of groups.values()) {
            if (listed(form, 'ResourceId').includes(group.groupId)) group.tags = retagged(group.tags, form)
          }
          return ec2Answer(action, '<return>true</return>')
        }
        default: {
          const names = listed(form, 'GroupName')
          const ids = listed(form, 'GroupId')
          const here = [...groups.values()].filter((group) => group.region === region)
          const unknown =
            names.find((one) => !here.some(({ groupName }) => groupName === one)) ??
            ids.find((one) => !here.some(({ groupId }) => groupId === one))
          if (unknown !== undefined)
            throw new AwsError('InvalidPlacementGroup.Unknown', 400, `The Placement Group '${unknown}' is unknown.`)
          const filters = filtersOf(form)
          const found = here.filter(
            (group) =>
              (names.length === 0 || names.includes(group.groupName)) &&
              (ids.length === 0 || ids.includes(group.groupId)) &&
              filters.every(([filter, values]) => values.includes(filterValue(group, filter))),
          )
          const items = found.map((group) => `<item>${describe(group, account)}</item>`).join('')
          return ec2Answer(action, `<placementGroupSet>${items}</placementGroupSet>`)
        }
      }
    },
  }
}

function describe(group: PlacementGroup, account: string): string {
  return [
    `<groupName>${escapeXml(group.groupName)}</groupName>`,
    `<strategy>${escapeXml(group.strategy)}</strategy>`,
    '<state>available</state>',
    group.partitionCount && `<partitionCount>${escapeXml(group.partitionCount)}</partitionCount>`,
    group.spreadLevel && `<spreadLevel>${escapeXml(group.spreadLevel)}</spreadLevel>`,
    `<groupId>${group.groupId}</groupId>`,
    `<groupArn>arn:aws:ec2:${group.region}:${account}:placement-group/${escapeXml(group.groupName)}</groupArn>`,
    tagSet(group.tags),
  ].join('')
}

function filterValue(group: PlacementGroup, filter: string): string {
  switch (filter) {
    case 'group-name':
      return group.groupName
    case 'group-id':
      return group.groupId
    case 'state':
      return 'available'
    case 'strategy':
      return group.strategy
    default:
      return filter.startsWith('tag:') ? (group.tags[filter.slice(4)] ?? '') : ''
  }
}
