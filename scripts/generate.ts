/**
 * Writes every file that follows from another one: `npm run generate`. With `--check` writes nothing and exits 1 when a
 * committed file differs, which is what CI does.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { readModuleSource } from '../src/read/terraform/module-rules/module-source.ts'
import { architectureSvg } from './generate/architecture.ts'
import { type AmiTypes, catalogNames } from './generate/catalog-names.ts'
import { readInputReasons } from './generate/input-reasons.ts'
import { withEfaTable, withGpuTable } from './generate/instance-tables.ts'
import { type LinkedPage, withModuleIndex } from './generate/module-index.ts'
import { moduleInputs } from './generate/module-inputs.ts'
import { withModuleTables } from './generate/module-tables.ts'
import { withRefusedWhere } from './generate/refused-where.ts'
import { withAutoscalerFlags } from './generate/simulate-page.ts'
import { withInputReasons } from './generate/why-page.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const check = process.argv.includes('--check')
const read = (path: string): string => readFileSync(join(root, path), 'utf8')

const MODULE = 'modules/eks-gpu-cluster'
const CATALOGUE = [
  'ami-families.json',
  'autoscaler-images.json',
  'dcgm-exporter.json',
  'efa-device-plugin.json',
  'eks-versions.json',
  'gpu-instances.json',
  'mig-profiles.json',
]

const files = new Map<string, string>()
for (const name of CATALOGUE) files.set(`${MODULE}/catalog/${name}`, read(`src/catalog/data/${name}`))
files.set(
  `${MODULE}/README.md`,
  await withModuleTables(read(`${MODULE}/README.md`), {
    variables: read(`${MODULE}/variables.tf`),
    outputs: read(`${MODULE}/outputs.tf`),
    versions: read(`${MODULE}/versions.tf`),
  }),
)
files.set('src/catalog/catalog-names.generated.ts', catalogNames(amiTypes(), defaultVersion()))
files.set('src/read/config/module-inputs.generated.ts', moduleInputs(await readModuleSource(join(root, MODULE))))
files.set('docs/module/architecture.svg', architectureSvg())
files.set('docs/module/README.md', withModuleIndex(read('docs/module/README.md'), linkedExamples(), linkedPages()))
files.set(
  'docs/module/why.md',
  withInputReasons(read('docs/module/why.md'), readInputReasons(read('scripts/generate/data/input-reasons.json'))),
)
files.set(
  'docs/typescript.md',
  withRefusedWhere(read('docs/typescript.md'), await readModuleSource(join(root, MODULE))),
)
files.set('docs/simulate.md', withAutoscalerFlags(read('docs/simulate.md')))
files.set('docs/module/choose-instances.md', withGpuTable(read('docs/module/choose-instances.md')))
files.set('docs/module/efa-training.md', withEfaTable(read('docs/module/efa-training.md')))

let differences = 0
for (const [path, text] of files) write(path, text)
// The published schemas follow from the inputs of the module, which were written above.
const { jsonSchemas } = await import('./generate/json-schemas.ts')
const schemas = jsonSchemas()
for (const [name, text] of schemas) write(`schemas/${name}`, text)

const total = files.size + schemas.size
console.log(
  check ? `${total} generated files, ${differences} differ` : `${total} generated files, ${differences} written`,
)
if (check && differences > 0) process.exitCode = 1

function write(path: string, text: string): void {
  if (existsSync(join(root, path)) && read(path) === text) return
  differences += 1
  if (check) console.error(`${path} is not what its source says: npm run generate`)
  else writeFileSync(join(root, path), text)
}

function linkedExamples(): readonly LinkedPage[] {
  return readdirSync(join(root, 'examples'))
    .filter((name) => name !== 'workloads' && existsSync(join(root, `examples/${name}/README.md`)))
    .toSorted()
    .map((name) => ({ path: `../../examples/${name}`, text: read(`examples/${name}/README.md`) }))
}

function linkedPages(): readonly LinkedPage[] {
  return readdirSync(join(root, 'docs/module'))
    .filter((name) => name.endsWith('.md') && name !== 'README.md')
    .toSorted()
    .map((name) => ({ path: name, text: read(`docs/module/${name}`) }))
}

function defaultVersion(): string {
  return z.object({ default: z.string() }).parse(JSON.parse(read('src/catalog/data/eks-versions.json'))).default
}

function amiTypes(): AmiTypes {
  const type = z.object({
    family: z.string(),
    arch: z.string(),
    accelerator: z.string().nullable(),
    driverBranch: z.number().nullable(),
    retired: z.exactOptional(z.string()),
  })
  const file = z.object({ amiTypes: z.record(z.string(), type) })
  return file.parse(JSON.parse(read('src/catalog/data/ami-families.json'))).amiTypes
}
