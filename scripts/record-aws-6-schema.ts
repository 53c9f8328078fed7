/**
 * Records which attributes the newest hashicorp/aws 6.x has for the resources and data sources that the module uses, so that
 * a test can hold the module to both majors without that provider. Reads the declarations of @cdktn/provider-aws, which are
 * generated from the provider's schema; the package itself (436 MB) is unpacked for this run only.
 *
 *   npx tsx scripts/record-aws-6-schema.ts [VERSION]
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'

type Shape = { readonly [name: string]: Shape | true }

const PACKAGE = '@cdktn/provider-aws'
const root = fileURLToPath(new URL('..', import.meta.url))
const moduleFolder = join(root, 'modules/eks-gpu-cluster')
const version = process.argv[2] ?? 'latest'
const folder = mkdtempSync(join(tmpdir(), 'aws-6-schema-'))

try {
  const archive = execFileSync('npm', ['pack', `${PACKAGE}@${version}`, '--silent'], {
    cwd: folder,
    encoding: 'utf8',
  }).trim()
  const used = usedTypes()
  const member = (type: string) =>
    `package/lib/${type
      .replace(/^data\./, 'data-')
      .replace(/^(data-)?aws_/, (_, data) => (data ? 'data-aws-' : ''))
      .replaceAll('_', '-')}/index.d.ts`
  execFileSync('tar', ['xzf', archive, 'package/package.json', ...used.map(member)], { cwd: folder })
  const manifest = z
    .object({ version: z.string(), cdktn: z.object({ provider: z.object({ version: z.string() }) }).optional() })
    .loose()
    .parse(JSON.parse(readFileSync(join(folder, 'package/package.json'), 'utf8')))
  const text = readFileSync(join(folder, 'package/package.json'), 'utf8')
  const provider =
    manifest.cdktn?.provider.version ??
    /"registry\.terraform\.io\/hashicorp\/aws",\s*"version": "([^"]+)"/.exec(text)?.[1] ??
    'unknown'
  const schema = {
    $comment: 'Attributes of hashicorp/aws for what the module uses. Refresh: npx tsx scripts/record-aws-6-schema.ts',
    provider,
    source: `https://www.npmjs.com/package/${PACKAGE}/v/${manifest.version}`,
    types: Object.fromEntries(used.map((type) => [type, shapeOf(readFileSync(join(folder, member(type)), 'utf8'))])),
  }
  writeFileSync(join(root, 'test/aws-6/schema.json'), `${JSON.stringify(schema, null, 1)}\n`)
  console.log(`hashicorp/aws ${provider}: ${used.length} types`)
} finally {
  rmSync(folder, { recursive: true, force: true })
}

/** Resource types as `aws_x`, data sources as `data.aws_x`, sorted. */
function usedTypes(): readonly string[] {
  const found = new Set<string>()
  for (const file of readdirSync(moduleFolder).filter((name) => name.endsWith('.tf')))
    for (const [, kind, type = ''] of readFileSync(join(moduleFolder, file), 'utf8').matchAll(
      /^(resource|data) "(aws_[a-z0-9_]+)"/gm,
    ))
      found.add(kind === 'data' ? `data.${type}` : type)
  return [...found].sort()
}

/** Arguments (nested) and computed attributes of one resource, camel case as the declarations have them. */
function shapeOf(declarations: string): Shape {
  const interfaces = new Map<string, string>()
  let config = ''
  for (const [, name = '', parent, body = ''] of declarations.matchAll(
    /^export interface (\w+)(?: extends ([\w.]+))? \{\n(.*?)^\}/gms,
  )) {
    interfaces.set(name, body)
    if (parent === 'cdktn.TerraformMetaArguments') config = body
  }
  const expand = (body: string): Shape => {
    const shape: Record<string, Shape | true> = {}
    for (const [, name = '', type = ''] of body.matchAll(/^ {4}readonly (\w+)\??: ([\w.]*)/gm)) {
      const nested = interfaces.get(type)
      shape[name] = nested === undefined ? true : expand(nested)
    }
    return shape
  }
  const top: Record<string, Shape | true> = { ...expand(config) }
  const resourceClass =
    /^export declare class \w+ extends cdktn\.Terraform(?:Resource|DataSource) \{\n(.*?)^\}/ms.exec(
      declarations,
    )?.[1] ?? ''
  for (const [, name = ''] of resourceClass.matchAll(/^ {4}get (\w+)\(\)/gm))
    if (!name.endsWith('Input')) top[name] ??= true
  return Object.fromEntries(Object.entries(top).sort(([a], [b]) => (a < b ? -1 : 1)))
}
