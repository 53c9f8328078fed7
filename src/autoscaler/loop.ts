import type { AutoscalerSettings } from '../cluster/autoscaler-settings.ts'
import type { AutoscalerDecision } from './decision.ts'
import type { AutoscalerMemory } from './memory.ts'
import type { AutoscalerView } from './view.ts'

/**
 * One loop of the Cluster Autoscaler (AWS provider): what it asks for, removes and says, and what it remembers. Pure: the
 * caller resizes groups, removes nodes and calls again `scanInterval` seconds later with the memory of this loop.
 */
export function runAutoscalerLoop(
  _settings: AutoscalerSettings,
  _view: AutoscalerView,
  memory: AutoscalerMemory,
): AutoscalerDecision {
  return {
    scaleUps: [],
    scaleDowns: [],
    texts: new Map(),
    options: [],
    skippedGroups: new Map(),
    rejectedBy: new Map(),
    unremovable: new Map(),
    corrections: new Map(),
    memory: { ...memory, loops: memory.loops + 1 },
  }
}
