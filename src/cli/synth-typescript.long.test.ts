import { afterEach, describe, expect, it } from 'vitest'
import { type CommandPlace, commandPlace } from './testing/command-place.ts'

const places: CommandPlace[] = []
afterEach(() => {
  for (const each of places.splice(0)) each.remove()
})

/** A folder with files, until the test ends. */
function place(files: Readonly<Record<string, string>>): CommandPlace {
  const made = commandPlace(files)
  places.push(made)
  return made
}

const head = "import { defineCluster, defineConfig } from 'eks-gpu-clusters'\n"

/** TypeScript with the places that messages must name. */
const wrong: Readonly<Record<string, readonly [text: string, ...says: readonly string[]]>> = {
  'a contradiction': [
    `${head}const max = 3\nexport default defineCluster({\n  cluster_name: 'ai',\n  gpu_node_groups: {\n    a: { min_size: 4, max_size: max },\n  },\n})\n`,
    'raise max_size or lower min_size. Wrong: a (min_size 4, max_size 3).',
    'at cluster.ts:6:10\n',
    '> 6 |     a: { min_size: 4, max_size: max },',
  ],
  'one of several clusters': [
    `${head}const prod = defineCluster({\n  cluster_name: 'prod' })\nexport default defineConfig({\n  clusters: {\n    prod,\n    dev: defineCluster({ cluster_name: 'not good' }) } })\n`,
    'Cluster dev: cluster_name must start with',
    'at cluster.ts:7:26\n',
  ],
  'plain data': [
    "export default {\n  cluster_name: 'ai',\n  nat: 'dual',\n}\n",
    'nat is wrong: "dual" is no nat that we know: it must be one of single, per_az, none.',
    'at cluster.ts:3:3\n',
  ],
  'a syntax error': [
    `${head}export default defineCluster({\n  cluster_name: 'ai',\n  tags: [\n})\n`,
    'at cluster.ts:5:1\n',
  ],
  'what types that are only taken away cannot do': [
    `${head}enum Size { big }\nexport default defineCluster({ cluster_name: 'ai' })\n`,
    'enum is not supported',
    'at cluster.ts:2:1\n',
  ],
  'an error that it throws': [
    `${head}function name(): string {\n  throw new TypeError('no name today')\n}\nexport default defineCluster({ cluster_name: name() })\n`,
    'cluster.ts fails: TypeError: no name today.',
    'at cluster.ts:3:9\n',
  ],
  'an import that is not there': [
    `${head}import { name } from './names.ts'\nexport default defineCluster({ cluster_name: name })\n`,
    'which is not there.',
    'at cluster.ts:2:22\n',
  ],
  'no default export': [
    `${head}export const cluster = defineCluster({ cluster_name: 'ai' })\n`,
    'cluster.ts has no default export.',
  ],
  'a function': [
    `${head}export default defineCluster({\n  cluster_name: 'ai', tags: { at: new Date(0) as unknown as string } })\n`,
    'an object of the class Date at tags.at',
    'at cluster.ts:3:31\n',
  ],
  'an exit': [
    "process.exit(3)\nexport default { cluster_name: 'ai' }\n",
    'ended the program that reads it, with code 3',
  ],
}

describe('eks-gpu synth of TypeScript', () => {
  it.each(Object.entries(wrong))('points at %s', async (_, [text, ...says]) => {
    const { run } = place({ 'cluster.ts': text })
    const { exit, err } = await run('synth', 'cluster.ts')
    expect(exit).toBe(1)
    for (const each of says) expect(err).toContain(each)
  })
})
