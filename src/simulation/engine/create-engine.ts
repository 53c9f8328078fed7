import type { Engine, EngineOptions } from './engine.ts'

/** An engine without nodes and workloads. */
export function createEngine(options: EngineOptions): Engine {
  throw new Error(`not yet: ${options.version.minor}`)
}
