import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { type HclBody, parseHcl } from '../../src/read/terraform/hcl.ts'

type Shape = { readonly [name: string]: Shape | true }

const shape: z.ZodType<Shape> = z.lazy(() => z.record(z.string(), z.union([z.literal(true), shape])))
const schema = z
  .object({ provider: z.string(), types: z.record(z.string(), shape) })
  .parse(JSON.parse(readFileSync(new URL('./schema.json', import.meta.url), 'utf8')))

/** Terraform's own arguments, which every resource has. */
const META = new Set(['count', 'for_each', 'depends_on', 'provider', 'lifecycle', 'connection', 'provisioner'])

const folder = fileURLToPath(new URL('../../modules/eks-gpu-cluster/', import.meta.url))
const files = readdirSync(folder).filter((name) => name.endsWith('.tf'))

describe(`hashicorp/aws ${schema.provider} has what the module uses`, () => {
  it.each(files)('%s', async (file) => {
    const text = readFileSync(`${folder}${file}`, 'utf8')
    const { body, broken } = await parseHcl(text)
    expect(broken).toBeUndefined()
    expect([...argumentsMissing(body), ...referencesMissing(text)]).toEqual([])
  })

  it('is newer than the 5.x that the module also allows', () => {
    expect(Number(schema.provider.split('.')[0])).toBe(6)
  })
})

function argumentsMissing(body: HclBody): readonly string[] {
  return body.blocks.flatMap(({ type, labels: [label = ''], body: inner }) => {
    if (type !== 'resource' && type !== 'data') return []
    if (!label.startsWith('aws_')) return []
    const name = type === 'data' ? `data.${label}` : label
    const known = schema.types[name]
    return known === undefined ? [`${name} is not recorded`] : missing(inner, known, name)
  })
}

function missing(body: HclBody, known: Shape, path: string): readonly string[] {
  const attributes = body.attributes
    .filter(({ name }) => !META.has(name) && !(camel(name) in known))
    .map(({ name }) => `${path}.${name}`)
  const blocks = body.blocks.flatMap(({ type, labels: [label = ''], body: inner }) => {
    if (META.has(type)) return []
    const name = type === 'dynamic' ? label : type
    const content = type === 'dynamic' ? inner.blocks.find((block) => block.type === 'content')?.body : inner
    const nested = known[camel(name)]
    if (nested === undefined || nested === true)
      return name === 'timeouts' && nested === true ? [] : [`${path}.${name}`]
    return content === undefined ? [] : missing(content, nested, `${path}.${name}`)
  })
  return [...attributes, ...blocks]
}

/** Attributes that other expressions read, such as `aws_eks_cluster.this.endpoint`. */
function referencesMissing(text: string): readonly string[] {
  const code = text.replace(/^\s*#.*$/gm, '')
  return [...code.matchAll(/\b(data\.)?(aws_[a-z0-9_]+)\.[a-z0-9_]+(?:\[[^\]]*\])?\.([a-z0-9_]+)/g)].flatMap(
    ([whole, data = '', type = '', attribute = '']) => {
      const known = schema.types[`${data}${type}`]
      return known === undefined || camel(attribute) in known ? [] : [whole]
    },
  )
}

function camel(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
}
