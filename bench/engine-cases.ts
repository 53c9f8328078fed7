/** One measurement of the engine. */
export type EngineCase = {
  readonly name: string
  readonly nodes: number
  readonly pods: number
  /** Request classes of the synthetic pods. */
  readonly classes: number
  /** Kinds come from the trace in the folder that `EKS_GPU_TRACE` names. */
  readonly trace?: true
  /** So many controllers, whose pods the system's defaults spread; absent: one workload for each class, unspread. */
  readonly controllers?: number
  readonly order: 'grouped' | 'interleaved' | 'shuffled'
  /** The nodes come in so many steps, with a pass over the queue after each. */
  readonly steps?: number
}

const million = { nodes: 100_000, pods: 1_000_000, classes: 112 } as const

/** What `npm run bench` measures of the engine, in its order. */
export const engineCases: readonly EngineCase[] = [
  { name: 'grouped', ...million, order: 'grouped' },
  { name: 'shuffled', ...million, order: 'shuffled' },
  { name: '1,000 classes, shuffled', ...million, classes: 1000, order: 'shuffled' },
  { name: 'spread by default, grouped', ...million, controllers: 5000, order: 'grouped' },
  { name: 'spread by default, interleaved', ...million, controllers: 5000, order: 'interleaved' },
  { name: 'nodes in 100 steps, grouped', ...million, order: 'grouped', steps: 100 },
  { name: 'trace, grouped', ...million, trace: true, order: 'grouped' },
  { name: 'trace, shuffled', ...million, trace: true, order: 'shuffled' },
]
