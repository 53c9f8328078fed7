import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'

const schemas = fileURLToPath(new URL('../../../schemas', import.meta.url))
const page = readFileSync(fileURLToPath(new URL('../../../docs/typescript.md', import.meta.url)), 'utf8')
const compiled = (name: string): ValidateFunction => {
  const schema: unknown = JSON.parse(readFileSync(`${schemas}/${name}`, 'utf8'))
  return new Ajv2020({ strict: false, allErrors: true }).compile(schema as object)
}
const cluster = compiled('cluster-file.schema.json')
const config = compiled('config-file.schema.json')
const block = (language: string): string => new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'ms').exec(page)?.[1] ?? ''

describe('the published schemas', () => {
  it('take what the docs show', () => {
    expect({ ok: cluster(parse(block('yaml'))), errors: cluster.errors }).toEqual({ ok: true, errors: null })
    expect({ ok: config(JSON.parse(block('json'))), errors: config.errors }).toEqual({ ok: true, errors: null })
  })

  it.each<readonly [string, unknown, boolean]>([
    ['a reference', { cluster_name: 'x', vpc_id: { $ref: 'module.vpc.vpc_id' } }, true],
    ['a reference that is none', { cluster_name: 'x', vpc_id: { $ref: '${module.vpc.vpc_id}' } }, false],
    [
      'a newer type',
      { cluster_name: 'x', gpu_node_groups: { a: { instance_types: [{ $unlisted: 'g9.xlarge' }] } } },
      true,
    ],
    ['a misspelt type', { cluster_name: 'x', gpu_node_groups: { a: { instance_types: ['g5.xlarg'] } } }, false],
    ['a misspelt field', { cluster_name: 'x', gpu_node_groups: { a: { max_sise: 1 } } }, false],
    ['no name', {}, false],
    ['an add-on of AWS Marketplace', { cluster_name: 'x', addons: { datadog_operator: {} } }, true],
    ['an add-on that is not there', { cluster_name: 'x', addons: { 'metric-server': {} } }, false],
  ])('tell an editor of %s', (_, value, ok) => {
    expect(cluster(value)).toBe(ok)
  })

  it('describe every field of a cluster and of a group', () => {
    const schema: unknown = JSON.parse(readFileSync(`${schemas}/cluster-file.schema.json`, 'utf8'))
    expect(undescribed(schema, 'cluster')).toEqual([])
  })
})

/** Fields, at any depth, that an editor would show without a word. */
function undescribed(schema: unknown, path: string): readonly string[] {
  if (typeof schema !== 'object' || schema === null) return []
  return Object.entries(schema).flatMap(([key, value]: readonly [string, unknown]) => {
    if (key !== 'properties' || typeof value !== 'object' || value === null) return undescribed(value, `${path}.${key}`)
    return Object.entries(value).flatMap(([name, field]: readonly [string, unknown]) => [
      ...(typeof field === 'object' &&
      field !== null &&
      ('description' in field || name.startsWith('$') || name === 'aws')
        ? []
        : [`${path}.${name}`]),
      ...undescribed(field, `${path}.${name}`),
    ])
  })
}
