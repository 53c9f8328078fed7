import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { run } from '@stricli/core'
import { afterAll, describe, expect, it } from 'vitest'
import { application } from '../src/cli/application.ts'
import { recordedContext } from '../src/cli/testing/recorded-context.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'eks-gpu-docs-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const page = readFileSync(join(root, 'docs/typescript.md'), 'utf8')
const readme = readFileSync(join(root, 'README.md'), 'utf8')
const example = readFileSync(join(root, 'examples/typescript/cluster.ts'), 'utf8')
const blocks = (text: string, language: string): readonly string[] =>
  [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(([, block = '']) => block)

const programs = [
  ...blocks(page, 'ts'),
  ...blocks(readme, 'ts').filter((text) => text.includes('defineCluster')),
  example,
]
const clusters = programs.filter((text) => text.includes('export default'))
const documents = [
  ...blocks(page, 'yaml').map((text) => ['yaml', text] as const),
  ...blocks(page, 'json').map((text) => ['json', text] as const),
]
let places = 0

/** Runs `eks-gpu` in a new folder that holds one file. */
async function inFolder(file: string, text: string, ...args: readonly string[]) {
  places += 1
  const place = join(folder, String(places))
  mkdirSync(place)
  writeFileSync(join(place, file), text)
  const recorded = recordedContext(place, process.env)
  await run(application(), args, recorded.context)
  return { exit: recorded.context.exit, out: recorded.out(), err: recorded.err() }
}

describe('the TypeScript of README, docs and examples', () => {
  it('compiles', { timeout: 120_000 }, () => {
    const place = join(folder, 'types')
    mkdirSync(place)
    for (const [index, text] of programs.entries()) writeFileSync(join(place, `snippet-${index}.ts`), text)
    writeFileSync(join(place, 'cluster.ts'), clusters[0]?.replace("'g5.2xlarge'", "'g5.12xlarge'") ?? '')
    writeFileSync(join(place, 'package.json'), '{ "type": "module" }\n')
    const options = {
      extends: `${root}tsconfig.json`,
      compilerOptions: {
        isolatedDeclarations: false,
        declaration: false,
        typeRoots: [`${root}node_modules/@types`],
        paths: { 'eks-gpu-clusters': [`${root}src/index.ts`] },
      },
      include: ['*.ts'],
    }
    writeFileSync(join(place, 'tsconfig.json'), JSON.stringify(options))
    const compiler = join(root, 'node_modules/typescript/bin/tsc')
    const { stdout } = spawnSync(process.execPath, [compiler, '-p', place, '--pretty', 'false'], {
      cwd: place,
      encoding: 'utf8',
    })
    // Of what the library is made of, `tsc` of the repository says whether it compiles.
    const lines = stdout.split('\n')
    expect(lines.filter((line) => line.startsWith('snippet-'))).toEqual([])
    expect(lines.filter((line) => line.startsWith('cluster.ts'))).toEqual([blocks(page, 'text')[1]?.trimEnd()])
  })

  it('makes roots', async () => {
    const place = join(folder, 'roots')
    mkdirSync(place)
    for (const [index, text] of clusters.entries()) writeFileSync(join(place, `part-${index}.ts`), text)
    const all = [
      ...clusters.map((_, index) => `import part${index} from './part-${index}.ts'`),
      `const parts: readonly object[] = [${clusters.map((_, index) => `part${index}`).join(', ')}]`,
      'const clusters = parts.flatMap((part, index) =>',
      '  Object.entries("clusters" in part ? part.clusters : { only: part }).map(([name, one]) => [`c${index}_${name}`, one]))',
      'export default { clusters: Object.fromEntries(clusters) }',
    ]
    writeFileSync(join(place, 'all.ts'), all.join('\n'))
    const recorded = recordedContext(place, process.env)
    await run(application(), ['synth', 'all.ts'], recorded.context)
    const said = recorded.err().split('\n')
    // Types that the catalogue does not know, and groups of several GPU models, are shown on purpose.
    const errors = said.filter((line) => line !== '' && !line.startsWith('Warning: '))
    expect({ exit: recorded.context.exit, errors }).toEqual({ exit: 0, errors: [] })
    expect(recorded.out().match(/^module\./gm)?.length).toBeGreaterThan(clusters.length)
  })

  it.each(documents)('makes a root of %s', async (ending, text) => {
    expect(await inFolder(`cluster.${ending}`, text, 'synth', `cluster.${ending}`)).toMatchObject({ exit: 0, err: '' })
  })
})

describe('docs/typescript.md', () => {
  const [first = ''] = clusters
  const [made, , refused] = blocks(page, 'text')

  it('shows what synth prints', async () => {
    expect(await inFolder('cluster.ts', first, 'synth', 'cluster.ts')).toEqual({ exit: 0, out: made, err: '' })
  })

  it('shows what synth says of a contradiction', async () => {
    const wrong = first.replace("'g5.2xlarge'", "'g5.12xlarge'")
    expect(await inFolder('cluster.ts', wrong, 'synth', 'cluster.ts')).toEqual({ exit: 1, out: '', err: refused })
  })

  it.each([...page.matchAll(/^npx eks-gpu (.*?)(?: +#.*)?$/gm)].map(([, line = '']) => line))(
    'names flags that are there: %s',
    async (line) => {
      const [command = ''] = line.split(' ')
      const { out } = await inFolder('x', '', command, '--help')
      for (const flag of line.match(/--[a-z-]+/g) ?? []) expect(out).toContain(flag)
    },
  )
})
