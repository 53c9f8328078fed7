import { isJsonObject, type JsonObject } from '../../../read/kubernetes/json.ts'

/** Applies a JSON merge patch (RFC 7396): `null` removes, objects merge, everything else replaces. */
export function mergePatch(original: JsonObject, patch: JsonObject): JsonObject {
  const result: Record<string, unknown> = { ...original }
  for (const [field, value] of Object.entries(patch)) {
    const current = result[field]
    if (value === null) delete result[field]
    else if (isJsonObject(value)) result[field] = mergePatch(isJsonObject(current) ? current : {}, value)
    else result[field] = value
  }
  return result
}
