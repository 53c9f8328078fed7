/**
 * Writes every file that follows from another one: `npm run generate`. With `--check` writes nothing and exits 1 when a
 * committed file differs, which is what CI does.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { jsonSchemas } from './generate/json-schemas.ts'
import { withModuleTables } from './generate/module-tables.ts'
import { withAutoscalerFlags } from './generate/simulate-page.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const check = process.argv.includes('--check')
const read = (path: string): string => readFileSync(join(root, path), 'utf8')

const MODULE = 'modules/eks-gpu-cluster'
const CATALOGUE = ['ami-families.json', 'autoscaler-images.json', 'eks-versions.json', 'gpu-instances.json']

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
files.set('docs/simulate.md', withAutoscalerFlags(read('docs/simulate.md')))
for (const [name, text] of jsonSchemas()) files.set(`schemas/${name}`, text)

let differences = 0
for (const [path, text] of files) {
  if (existsSync(join(root, path)) && read(path) === text) continue
  differences += 1
  if (check) console.error(`${path} is not what its source says: npm run generate`)
  else writeFileSync(join(root, path), text)
}
console.log(
  check
    ? `${files.size} generated files, ${differences} differ`
    : `${files.size} generated files, ${differences} written`,
)
if (check && differences > 0) process.exitCode = 1
