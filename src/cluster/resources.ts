/**
 * Amounts of the resources that the scheduler counts. `scalars` holds the extended ones (`nvidia.com/gpu`) and huge pages;
 * a name that is absent counts as zero.
 */
export type Resources = {
  readonly milliCpu: number
  /** Bytes. */
  readonly memory: number
  /** Bytes. */
  readonly ephemeralStorage: number
  readonly scalars: Readonly<Record<string, number>>
}

/** Nothing of anything. */
export const noResources: Resources = { milliCpu: 0, memory: 0, ephemeralStorage: 0, scalars: {} }

/** Sum of two amounts. */
export function addResources(left: Resources, right: Resources): Resources {
  return combine(left, right, (a, b) => a + b)
}

/** The larger of two amounts, resource by resource. */
export function maxResources(left: Resources, right: Resources): Resources {
  return combine(left, right, Math.max)
}

/** The amount of one extended resource. */
export function scalarOf(resources: Resources, name: string): number {
  return Object.hasOwn(resources.scalars, name) ? (resources.scalars[name] ?? 0) : 0
}

function combine(left: Resources, right: Resources, of: (a: number, b: number) => number): Resources {
  return {
    milliCpu: of(left.milliCpu, right.milliCpu),
    memory: of(left.memory, right.memory),
    ephemeralStorage: of(left.ephemeralStorage, right.ephemeralStorage),
    scalars: combinedScalars(left, right, of),
  }
}

function combinedScalars(
  left: Resources,
  right: Resources,
  of: (a: number, b: number) => number,
): Resources['scalars'] {
  const names = Object.keys(left.scalars)
  for (const name of Object.keys(right.scalars)) if (!Object.hasOwn(left.scalars, name)) names.push(name)
  // Most pods ask for none: no list and no object for them.
  if (names.length === 0) return noResources.scalars
  return Object.fromEntries(names.map((name) => [name, of(scalarOf(left, name), scalarOf(right, name))]))
}
