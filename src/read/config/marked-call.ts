/** A place in a source file; line and column start at 1. */
export type CallSite = { readonly file: string; readonly line: number; readonly column: number }

/** Under this key an object carries where it was given to `defineCluster` or `defineConfig`: two copies of this package share it. */
const callSite: unique symbol = Symbol.for('eks-gpu-clusters.call-site')

/**
 * A copy of an object that knows, for messages, where it was written; nothing else sees it.
 * @param stack of an error that was made in the function that the user called.
 */
export function markCall<T extends object>(value: T, stack: string | undefined): T {
  const site = callerIn(stack ?? '')
  if (site === undefined) return value
  const copy = { ...value }
  Object.defineProperty(copy, callSite, { value: site, enumerable: false })
  return copy
}

/** Where an object was given to `defineCluster` or `defineConfig`; `undefined` when it was not. */
export function callSiteOf(value: unknown): CallSite | undefined {
  if (typeof value !== 'object' || value === null || !(callSite in value)) return undefined
  const site: unknown = value[callSite]
  return typeof site === 'object' &&
    site !== null &&
    'file' in site &&
    typeof site.file === 'string' &&
    'line' in site &&
    typeof site.line === 'number' &&
    'column' in site &&
    typeof site.column === 'number'
    ? { file: site.file, line: site.line, column: site.column }
    : undefined
}

/** The second frame of a stack: the first is the function that was called. Files as paths, not as URLs. */
function callerIn(stack: string): CallSite | undefined {
  const frames = stack.split('\n').filter((line) => /^\s+at /.test(line))
  const [, file, line, column] =
    /(?:\(|at (?:async )?)((?:file:\/\/|\/|[A-Za-z]:).*?)(?:\?[^:]*)?:(\d+):(\d+)\)?$/.exec(frames[1] ?? '') ?? []
  if (file === undefined) return undefined
  return { file, line: Number(line), column: Number(column) }
}
