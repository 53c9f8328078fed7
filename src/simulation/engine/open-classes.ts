import type { RequestClass } from './request-class.ts'

/** Request classes side by side in columns, so that a changed node is scored for all of them in one sweep. */
export type OpenClasses = {
  count: number
  ids: Int32Array
  /**
   * What a sweep reads of each class, {@link traitCount} numbers long: requests (millicores, bytes, bytes), scored requests,
   * id and amount of its first extended resource, how many more it has. A class without has the id after the last and 0.
   */
  traits: Float64Array
  /** Requests: millicores, bytes, bytes. */
  cpu: Float64Array
  memory: Float64Array
  storage: Float64Array
  scoredCpu: Float64Array
  scoredMemory: Float64Array
  /** 1 where BalancedAllocation scores the class. */
  balanced: Uint8Array
  /** Extended resources of the class at `i` lie from `scalarStart[i]` to before `scalarStart[i + 1]`. */
  scalarStart: Int32Array
  scalarIds: Int32Array
  scalarAmounts: Float64Array
  /** Returns its place. */
  add(request: RequestClass): number
  /** Takes the class at a place away and puts the last one there, whose id it returns. */
  drop(at: number): number
}

/** Length of a class's entry in `traits`. */
export const traitCount = 8

/** No classes; `scalarCount` says how many extended resources have an id. */
export function createOpenClasses(scalarCount: () => number): OpenClasses {
  const list: RequestClass[] = []
  const open: OpenClasses = {
    count: 0,
    ids: new Int32Array(0),
    traits: new Float64Array(0),
    cpu: new Float64Array(0),
    memory: new Float64Array(0),
    storage: new Float64Array(0),
    scoredCpu: new Float64Array(0),
    scoredMemory: new Float64Array(0),
    balanced: new Uint8Array(0),
    scalarStart: new Int32Array(1),
    scalarIds: new Int32Array(0),
    scalarAmounts: new Float64Array(0),
    add(request) {
      list.push(request)
      layOut()
      return list.length - 1
    },
    drop(at) {
      const last = list.pop()
      if (last === undefined) throw new RangeError('no class is open')
      if (at < list.length) list[at] = last
      layOut()
      return last.id
    },
  }
  return open

  function layOut(): void {
    const pods = list.map(({ pod }) => pod)
    const scalars = list.flatMap((each) => each.scalars)
    open.count = list.length
    open.ids = Int32Array.from(list, ({ id }) => id)
    open.traits = Float64Array.from(
      list.flatMap(
        ({
          pod: { requests, scoredRequests: placed, scoredRequestsAlone: scoredRequests = placed },
          scalars: [first, ...more],
        }) => [
          requests.milliCpu,
          requests.memory,
          requests.ephemeralStorage,
          scoredRequests.milliCpu,
          scoredRequests.memory,
          first?.id ?? scalarCount(),
          first?.amount ?? 0,
          more.length,
        ],
      ),
    )
    open.cpu = Float64Array.from(pods, ({ requests }) => requests.milliCpu)
    open.memory = Float64Array.from(pods, ({ requests }) => requests.memory)
    open.storage = Float64Array.from(pods, ({ requests }) => requests.ephemeralStorage)
    open.scoredCpu = Float64Array.from(
      pods,
      ({ scoredRequests, scoredRequestsAlone: own = scoredRequests }) => own.milliCpu,
    )
    open.scoredMemory = Float64Array.from(
      pods,
      ({ scoredRequests, scoredRequestsAlone: own = scoredRequests }) => own.memory,
    )
    open.balanced = Uint8Array.from(list, ({ balanced }) => (balanced ? 1 : 0))
    open.scalarStart = new Int32Array(list.length + 1)
    list.forEach((each, at) => {
      open.scalarStart[at + 1] = (open.scalarStart[at] ?? 0) + each.scalars.length
    })
    open.scalarIds = Int32Array.from(scalars, ({ id }) => id)
    open.scalarAmounts = Float64Array.from(scalars, ({ amount }) => amount)
  }
}
