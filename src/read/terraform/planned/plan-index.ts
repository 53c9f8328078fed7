import {
  type AttributeValues,
  type ConfigurationResource,
  type Expression,
  type ModuleCallConfiguration,
  type ModuleConfiguration,
  type PlanJson,
  readDataSources,
} from '../plan-json.ts'
import { type ModuleStep, matchesModulePath, modulePathOf } from './module-path.ts'

/** A resource that stands once the plan is applied, or a data source that Terraform has read. */
export type PlannedResource = {
  readonly address: string
  readonly module: readonly ModuleStep[]
  readonly mode: 'managed' | 'data'
  readonly type: string
  readonly name: string
  readonly index?: string | number
  readonly values: AttributeValues
  /** Same shape as the values, `true` where one is known only after apply. */
  readonly unknown: unknown
}

/** A plan that can be looked things up in. */
export type PlanIndex = {
  readonly plan: PlanJson
  /** Standing resources of a type, in the plan's order. */
  readonly managed: (type: string) => readonly PlannedResource[]
  readonly data: (type: string) => readonly PlannedResource[]
  /** The configuration of a module, or `undefined` when the plan does not hold it. */
  readonly moduleAt: (path: readonly ModuleStep[]) => ModuleConfiguration | undefined
  /** The call that makes a module; `undefined` for the root. */
  readonly callOf: (path: readonly ModuleStep[]) => ModuleCallConfiguration | undefined
  readonly configurationOf: (resource: PlannedResource) => ConfigurationResource | undefined
  /** Instances of one resource of the configuration, by the module's path with or without keys. */
  readonly instances: (
    module: readonly ModuleStep[],
    mode: PlannedResource['mode'],
    type: string,
    name: string,
  ) => readonly PlannedResource[]
}

/** Opens a plan for looking things up. */
export function openPlanIndex(plan: PlanJson): PlanIndex {
  const byType = new Map<string, PlannedResource[]>()
  const add = (resource: PlannedResource): void => {
    const key = `${resource.mode}.${resource.type}`
    const list = byType.get(key)
    if (list === undefined) byType.set(key, [resource])
    else list.push(resource)
  }
  for (const change of plan.resource_changes) {
    const { actions } = change.change
    const goes = !actions.includes('create') && (actions.includes('delete') || actions.includes('forget'))
    if (goes) continue
    add({
      address: change.address,
      module: modulePathOf(change.address),
      mode: change.mode === 'data' ? 'data' : 'managed',
      type: change.type,
      name: change.name,
      ...(change.index !== undefined && { index: change.index }),
      values: recordOf(change.change.after),
      unknown: change.change.after_unknown,
    })
  }
  for (const source of readDataSources(plan))
    add({
      address: source.address,
      module: modulePathOf(source.address),
      mode: 'data',
      type: source.type,
      name: source.name,
      ...(source.index !== undefined && { index: source.index }),
      values: source.values,
      unknown: false,
    })
  const of = (mode: PlannedResource['mode'], type: string): readonly PlannedResource[] =>
    byType.get(`${mode}.${type}`) ?? []
  const moduleAt = (path: readonly ModuleStep[]): ModuleConfiguration | undefined =>
    path.reduce<ModuleConfiguration | undefined>(
      (module, { name }) => module?.module_calls?.[name]?.module,
      plan.configuration?.root_module,
    )
  return {
    plan,
    managed: (type) => of('managed', type),
    data: (type) => of('data', type),
    moduleAt,
    callOf: (path) => {
      const last = path.at(-1)
      return last === undefined ? undefined : moduleAt(path.slice(0, -1))?.module_calls?.[last.name]
    },
    configurationOf: ({ module, mode, type, name }) =>
      moduleAt(module)?.resources?.find(
        (written) => written.mode === mode && written.type === type && written.name === name,
      ),
    instances: (module, mode, type, name) =>
      of(mode, type).filter((resource) => resource.name === name && matchesModulePath(module, resource.module)),
  }
}

/** Whether a value is known only after apply; `path` are attribute names and list indexes. */
export function isUnknown(resource: PlannedResource, ...path: readonly (string | number)[]): boolean {
  let mask: unknown = resource.unknown
  for (const step of path) {
    if (mask === true) return true
    mask = Array.isArray(mask) ? mask[Number(step)] : recordOf(mask)[String(step)]
  }
  return mask === true
}

/** Whether an attribute, or anything in it, is known only after apply. */
export function isUnknownWithin(resource: PlannedResource, attribute: string): boolean {
  const holds = (mask: unknown): boolean => {
    if (mask === true) return true
    return typeof mask === 'object' && mask !== null && Object.values(mask).some(holds)
  }
  return resource.unknown === true || holds(recordOf(resource.unknown)[attribute])
}

/** The resource as messages name it. */
export function nameOf(resource: PlannedResource): string {
  return `${resource.type}.${resource.name}${resource.index === undefined ? '' : `[${JSON.stringify(resource.index)}]`}`
}

/** The configuration's expression of an attribute, `undefined` when it is not written. */
export function expressionOf(index: PlanIndex, resource: PlannedResource, attribute: string): Expression | undefined {
  const expressions = index.configurationOf(resource)?.expressions
  return expressions !== undefined && Object.hasOwn(expressions, attribute) ? expressions[attribute] : undefined
}

function recordOf(value: unknown): AttributeValues {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {}
}
