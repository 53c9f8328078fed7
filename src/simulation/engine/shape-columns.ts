import { scalarOf } from '../../cluster/resources.ts'
import type { NodeShapes } from './node-shapes.ts'
import type { NodeTable } from './node-table.ts'

/** What shapes allow, by shape. */
export type ShapeColumns = {
  known: number
  cpu: Float64Array
  memory: Float64Array
  storage: Float64Array
  pods: Float64Array
  /** By extended resource. */
  scalars: Float64Array[]
  /** 1 where the node has CPU and memory and no product of a score passes 2^53. */
  quick: Uint8Array
}

/** No shapes. */
export function createShapeColumns(): ShapeColumns {
  const empty = new Float64Array(0)
  return {
    known: 0,
    cpu: empty,
    memory: empty,
    storage: empty,
    pods: empty,
    scalars: [],
    quick: new Uint8Array(0),
  }
}

/** Takes in the shapes and resources that are new. */
export function fillShapes(columns: ShapeColumns, { list }: NodeShapes, { scalarIds }: NodeTable): void {
  if (columns.known === list.length && columns.scalars.length === scalarIds.size) return
  const nodes = list.map(({ node }) => node)
  columns.known = list.length
  columns.cpu = Float64Array.from(nodes, ({ allocatable }) => allocatable.milliCpu)
  columns.memory = Float64Array.from(nodes, ({ allocatable }) => allocatable.memory)
  columns.storage = Float64Array.from(nodes, ({ allocatable }) => allocatable.ephemeralStorage)
  columns.pods = Float64Array.from(nodes, ({ allocatablePods }) => allocatablePods)
  columns.scalars = [...scalarIds.keys()].map((name) =>
    Float64Array.from(nodes, ({ allocatable }) => scalarOf(allocatable, name)),
  )
  columns.quick = Uint8Array.from(nodes, ({ allocatable: { milliCpu, memory } }) =>
    milliCpu > 0 && memory > 0 && milliCpu * 100 < 2 ** 53 && memory * 100 < 2 ** 53 ? 1 : 0,
  )
}
