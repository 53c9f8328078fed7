import { refused } from './installer-error.ts'
import { isRecord } from './json.ts'

/** What an invocation asks for. */
export type Payload =
  | { readonly action: 'status' }
  | { readonly action: 'create' | 'update' | 'delete'; readonly bundle: string }

/**
 * Reads an invocation's payload: `{"action":"status"}`, or `{"bundle": "…", "tf": {"action": "create|update|delete",
 * "prev_input": …}}` as aws_lambda_invocation sends it with lifecycle_scope CRUD. Anything else is refused: a payload
 * that could name an endpoint would be sent a cluster admin's token.
 */
export function readPayload(event: unknown): Payload {
  if (!isRecord(event)) throw refused(`The payload is not a JSON object. ${expected}`)
  const keys = Object.keys(event)
  if ('action' in event) {
    refuseOthers(keys, ['action'], '')
    if (event['action'] === 'status') return { action: 'status' }
    throw refused(`The payload asks for the action ${JSON.stringify(event['action'])}. ${expected}`)
  }
  refuseOthers(keys, ['bundle', 'tf'], '')
  const { bundle, tf } = event
  if (typeof bundle !== 'string') throw refused(`The payload has no bundle as one string. ${expected}`)
  if (!isRecord(tf)) throw refused(`The payload has no object tf. ${expected}`)
  refuseOthers(Object.keys(tf), ['action', 'prev_input'], 'tf.')
  const { action } = tf
  if (action !== 'create' && action !== 'update' && action !== 'delete') {
    throw refused(`The payload's tf.action is ${JSON.stringify(action) ?? 'missing'}. ${expected}`)
  }
  return { action, bundle }
}

const expected =
  "The installer takes {'bundle': '…', 'tf': {'action': 'create', 'update' or 'delete'}} or {'action': 'status'}."

function refuseOthers(keys: readonly string[], known: readonly string[], prefix: string): void {
  const others = keys.filter((key) => !known.includes(key)).sort()
  if (others.length === 0) return
  throw refused(
    `The payload has ${others.map((key) => `${prefix}${key}`).join(', ')}, which the installer does not take: cluster, endpoint and digest come from its environment only. ${expected}`,
  )
}
