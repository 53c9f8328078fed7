import { LineCounter, parseDocument } from 'yaml'
import type { Cluster } from '../../cluster/cluster.ts'
import { ProblemError } from '../../cluster/problem.ts'
import { clusterSchema } from './cluster-schema.ts'
import { type Fault, faultSentence, faultsOf } from './schema-faults.ts'
import { writtenPositions } from './written-positions.ts'

/** How many of several faults one message lists. */
const mostFaults = 10

/**
 * Reads a cluster in our own JSON form (`schemas/cluster.schema.json`); `file` names it in messages. Comments and
 * trailing commas are let through, since people edit these files.
 * @throws ProblemError `cluster-json-malformed`, `cluster-json-invalid`, with line and column.
 */
export function readClusterJson(text: string, file = 'cluster.json'): Cluster {
  const json = parse(text, file)
  const parsed = clusterSchema.safeParse(json)
  const faults = parsed.success ? contradictions(parsed.data) : parsed.error.issues.flatMap(faultsOf)
  if (parsed.success && faults.length === 0) return parsed.data
  const position = writtenPositions(text)
  const [first] = faults
  throw new ProblemError({
    id: 'cluster-json-invalid',
    what: `${file} is not a cluster: ${first === undefined ? 'it does not fit the schema' : faultSentence(first)}.`,
    why: 'It must be what "eks-gpu simulate --print-cluster" writes; schemas/cluster.schema.json says the form.',
    at: { file, ...position(first?.path ?? []) },
    ...(faults.length > 1 && {
      detail: faults.slice(1, mostFaults).map((fault) => {
        const at = position(fault.path)
        return `${file}${at === undefined ? '' : `:${at.line}:${at.column}`} ${faultSentence(fault)}`
      }),
    }),
  })
}

/** A cluster as JSON text that {@link readClusterJson} reads back, keys in the model's order, ended by a newline. */
export function clusterJson(cluster: Cluster): string {
  return `${JSON.stringify(cluster, undefined, 2)}\n`
}

function parse(text: string, file: string): unknown {
  const plain = text.replace(/^\uFEFF/, '')
  try {
    const json: unknown = JSON.parse(plain)
    return json
  } catch {
    // Where it is not JSON, it may still be JSON with comments, which YAML's parser reads; and it knows positions.
  }
  const counter = new LineCounter()
  const document = parseDocument(plain, { lineCounter: counter, prettyErrors: false })
  const [error] = document.errors
  if (error === undefined) {
    const value: unknown = document.toJS()
    return value
  }
  const at = counter.linePos(error.pos[0])
  throw new ProblemError({
    id: 'cluster-json-malformed',
    what: `${file} is not JSON: ${error.message.replace(/\.$/, '')}.`,
    fix: 'correct it there, or write it anew with "eks-gpu simulate --print-cluster"',
    at: { file, line: at.line, column: at.col },
  })
}

/** What a schema cannot say: names that must be there or must differ, sizes in order. */
function contradictions({ nodeGroups, nodes, pods }: Cluster): readonly Fault[] {
  const faults: Fault[] = []
  const groups = new Set<string>()
  for (const [index, { name, minSize, maxSize, instanceTypes, zones }] of nodeGroups.entries()) {
    const path = ['nodeGroups', index]
    if (groups.has(name)) faults.push({ path: [...path, 'name'], message: `is wrong: there are two groups ${name}` })
    groups.add(name)
    if (minSize > maxSize)
      faults.push({ path: [...path, 'maxSize'], message: `is wrong: it is below minSize (${minSize})` })
    if (instanceTypes.length === 0) faults.push({ path: [...path, 'instanceTypes'], message: 'is wrong: it is empty' })
    if (zones.length === 0) faults.push({ path: [...path, 'zones'], message: 'is wrong: it is empty' })
  }
  const names = new Set<string>()
  for (const [index, { node, group }] of nodes.entries()) {
    if (names.has(node.name))
      faults.push({ path: ['nodes', index, 'node', 'name'], message: `is wrong: there are two nodes ${node.name}` })
    names.add(node.name)
    if (group !== undefined && !groups.has(group))
      faults.push({ path: ['nodes', index, 'group'], message: `is wrong: there is no node group ${group}` })
  }
  for (const [index, { nodeName }] of pods.entries())
    if (nodeName !== undefined && !names.has(nodeName))
      faults.push({ path: ['pods', index, 'nodeName'], message: `is wrong: there is no node ${nodeName}` })
  return faults
}
