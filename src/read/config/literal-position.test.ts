import { expect, it } from 'vitest'
import { literalPosition, offsetOf } from './literal-position.ts'

const text = `import { defineCluster } from 'eks-gpu-clusters'
const base = { a: 1 } // { cluster_name: 'not here' }
export default defineCluster({
  ...base, 'cluster_name': "x}",
  /* gpu_node_groups: */ gpu_node_groups: {
    inference: { instance_types: ['g5.xlarge', \`\${['a', 'b'].join('}')}\`, 'g5.12xlarge'], max_size: (1 + 2) * 3, labels },
    ['computed']: shared,
    training: withDefaults({ min_size: 4 }),
  },
  f(a) { return { x: a } },
})
`

it.each<readonly [readonly (string | number)[], string]>([
  [[], '3:16'],
  [['cluster_name'], '4:12'],
  [['gpu_node_groups'], '5:26'],
  [['gpu_node_groups', 'inference', 'instance_types'], '6:18'],
  [['gpu_node_groups', 'inference', 'instance_types', 0], '6:35'],
  [['gpu_node_groups', 'inference', 'instance_types', 2], '6:75'],
  [['gpu_node_groups', 'inference', 'max_size'], '6:91'],
  [['gpu_node_groups', 'inference', 'labels', 'x'], '6:114'],
  [['gpu_node_groups', 'inference', 'taints'], '6:5'],
  [['gpu_node_groups', 'training', 'min_size'], '8:30'],
  [['gpu_node_groups', 'elsewhere'], '5:26'],
  [['f'], '10:3'],
])('%j stands at %s', (path, at) => {
  const from = offsetOf(text, { line: 3, column: 16 })
  const { line, column } = literalPosition(text, from, path)
  expect(`${line}:${column}`).toBe(at)
})
