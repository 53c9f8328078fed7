/**
 * Records the numbers and types of the fields in Kubernetes' protobuf messages, as far as the embedded control plane's
 * kinds need them: kubectl sends some objects in that form (`kubectl create deployment`, `kubectl auth can-i`).
 *
 *   tsx scripts/record-protobuf-messages.ts API APIMACHINERY VERSION DATE
 *
 * API and APIMACHINERY are the folders of the Go modules k8s.io/api and k8s.io/apimachinery (`go mod download -json`).
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const [api = '', apimachinery = '', version = '', asOf = ''] = process.argv.slice(2)
const output = fileURLToPath(new URL('../src/local/kubernetes/embedded/data/protobuf-messages.json', import.meta.url))

const groups: Readonly<Record<string, readonly string[]>> = {
  'core/v1': [
    'Binding',
    'ConfigMap',
    'Endpoints',
    'Event',
    'Namespace',
    'Node',
    'Pod',
    'Secret',
    'Service',
    'ServiceAccount',
  ],
  'apps/v1': ['DaemonSet', 'Deployment', 'ReplicaSet'],
  'batch/v1': ['Job'],
  'coordination/v1': ['Lease'],
  'policy/v1': ['Eviction', 'PodDisruptionBudget'],
  'rbac/v1': ['ClusterRole', 'ClusterRoleBinding', 'Role', 'RoleBinding'],
  'scheduling/v1': ['PriorityClass'],
  'storage/v1': ['CSINode', 'StorageClass'],
  'autoscaling/v1': ['Scale'],
  'authentication/v1': ['SelfSubjectReview', 'TokenReview'],
  'authorization/v1': ['SelfSubjectAccessReview', 'SelfSubjectRulesReview'],
}
const files = [
  ...Object.keys(groups).map((group) => join(api, group, 'generated.proto')),
  ...['apis/meta/v1', 'api/resource', 'runtime', 'util/intstr'].map((folder) =>
    join(apimachinery, 'pkg', folder, 'generated.proto'),
  ),
]

type Field = readonly [name: string, type: string, label: string]
const messages = new Map<string, Map<number, Field>>()
for (const file of files) {
  const text = readFileSync(file, 'utf8')
  const space = /^package (.+);$/m.exec(text)?.[1] ?? ''
  for (const [, name = '', body = ''] of text.matchAll(/^message (\w+) \{\n([\s\S]*?)^\}/gm)) {
    const fields = new Map<number, Field>()
    for (const [, label = '', type = '', field = '', number = ''] of body.matchAll(
      /^ {2}(optional|repeated|map)\s*(<[^>]+>|[.\w]+) (\w+) = (\d+);$/gm,
    )) {
      fields.set(Number(number), [field, qualified(type, space), label])
    }
    messages.set(`${space}.${name}`, fields)
  }
}

/** Fields that are pointers in Go: they are sent only when set, also to zero. Other fields are always sent. */
const pointers = new Set<string>()
for (const [folder, space] of [
  ...Object.keys(groups).map((group) => [join(api, group), `k8s.io.api.${group.replace('/', '.')}`] as const),
  [join(apimachinery, 'pkg/apis/meta/v1'), 'k8s.io.apimachinery.pkg.apis.meta.v1'] as const,
]) {
  const text = readFileSync(join(folder, 'types.go'), 'utf8')
  for (const [, struct = '', body = ''] of text.matchAll(/^type (\w+) struct \{\n([\s\S]*?)^\}/gm)) {
    for (const [, number = ''] of body.matchAll(/^\t\w+ +\*[.\w]+ +`.*protobuf:"\w+,(\d+),/gm)) {
      pointers.add(`${space}.${struct}/${number}`)
    }
  }
}

function qualified(type: string, space: string): string {
  if (type.startsWith('<')) {
    const value = type.slice(1, -1).split(',')[1]?.trim() ?? ''
    return qualified(value, space)
  }
  if (/^(string|bytes|bool|int32|int64|double)$/.test(type)) return type
  return type.startsWith('.') ? type.slice(1) : `${space}.${type}`
}

const wanted = new Set<string>()
const visit = (name: string): void => {
  const fields = messages.get(name)
  if (fields === undefined || wanted.has(name)) return
  wanted.add(name)
  for (const [, type] of fields.values()) visit(type)
}
for (const [group, kinds] of Object.entries(groups)) {
  for (const kind of kinds) visit(`k8s.io.api.${group.replace('/', '.')}.${kind}`)
}
visit('k8s.io.apimachinery.pkg.apis.meta.v1.DeleteOptions')

const short = (type: string): string => type.replace('k8s.io.apimachinery.pkg.', '').replace('k8s.io.api.', '')
writeFileSync(
  output,
  `${JSON.stringify({
    asOf,
    source: `k8s.io/api and k8s.io/apimachinery ${version}, generated.proto`,
    messages: Object.fromEntries(
      [...wanted]
        .sort()
        .map((name) => [
          short(name),
          Object.fromEntries(
            [...(messages.get(name) ?? [])].map(([number, [field, type, label]]) => [
              number,
              [
                field,
                short(type),
                ...(label !== 'optional' ? [label] : pointers.has(`${name}/${number}`) ? ['pointer'] : []),
              ],
            ]),
          ),
        ]),
    ),
  })}\n`,
)
