import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readRootModule } from './root-module.ts'
import { inspectModuleCalls, isOurModule } from './unknown-attributes.ts'

const variables = `
variable "cluster_name" { type = string }
variable "gpu_node_groups" {
  type = map(object({
    instance_types = optional(list(string), ["g5.xlarge"])
    min_size       = optional(number, 0)
    taints = optional(list(object({
      key   = string
      value = optional(string)
    })))
    labels = optional(map(string), {})
  }))
}
variable "anything" { type = any }
`

let base: string

beforeAll(() => {
  base = mkdtempSync(join(tmpdir(), 'unknown-attributes-'))
  mkdirSync(join(base, 'modules/eks-gpu-cluster'), { recursive: true })
  writeFileSync(join(base, 'modules/eks-gpu-cluster/variables.tf'), variables)
})

afterAll(() => rmSync(base, { recursive: true, force: true }))

let roots = 0

async function find(files: Readonly<Record<string, string>>, variableFiles: readonly string[] = []) {
  const root = join(base, `root-${roots++}`)
  mkdirSync(root)
  for (const [name, text] of Object.entries(files)) writeFileSync(join(root, name), text)
  const given = variableFiles.map((name) => join(root, name))
  const { unknown: found } = await inspectModuleCalls(
    await readRootModule(root),
    given,
    join(base, 'modules/eks-gpu-cluster'),
  )
  return found.map(
    ({ file, at, path, name, nearest }) =>
      `${file.slice(root.length + 1)}:${at.line}:${at.column} ${path}${path === '' ? '' : '.'}${name} -> ${nearest ?? '?'}`,
  )
}

const call = (body: string) => `module "gpu" {\n  source = "../modules/eks-gpu-cluster"\n${body}\n}\n`

describe('inspectModuleCalls', () => {
  test.each([
    ['an argument', call('  cluster_nam = "a"'), ['main.tf:3:3 cluster_nam -> cluster_name']],
    ['meta arguments', call('  count = 1\n  providers = {}\n  depends_on = []\n  version = "1"'), []],
    [
      'a group attribute',
      call('  gpu_node_groups = {\n    a = { instance_type = ["x"] }\n  }'),
      ['main.tf:4:11 gpu_node_groups.a.instance_type -> instance_types'],
    ],
    [
      'quoted keys',
      call('  gpu_node_groups = { "a" = { "min_sizes" = 1 } }'),
      ['main.tf:3:31 gpu_node_groups.a.min_sizes -> min_size'],
    ],
    [
      'nested objects',
      call('  gpu_node_groups = { a = { taints = [{ key = "k", val = "v" }] } }'),
      ['main.tf:3:52 gpu_node_groups.a.taints.val -> value'],
    ],
    ['no near name', call('  gpu_node_groups = { a = { zzz = 1 } }'), ['main.tf:3:29 gpu_node_groups.a.zzz -> ?']],
    ['free maps', call('  gpu_node_groups = { a = { labels = { anything = "x" } } }\n  anything = { a = 1 }'), []],
    [
      'merge',
      call('  gpu_node_groups = merge({ a = {} }, { b = { minsize = 1 } })'),
      ['main.tf:3:47 gpu_node_groups.b.minsize -> min_size'],
    ],
    [
      'for',
      call('  gpu_node_groups = { for k, v in var.x : k => { min = 1 } }'),
      ['main.tf:3:50 gpu_node_groups.*.min -> min_size'],
    ],
    [
      'a condition',
      call('  gpu_node_groups = var.a ? { a = { mni_size = 1 } } : {}'),
      ['main.tf:3:37 gpu_node_groups.a.mni_size -> min_size'],
    ],
    [
      'a local',
      `locals {\n  g = { a = { minimum_size = 1 } }\n}\n${call('  gpu_node_groups = local.g')}`,
      ['main.tf:2:15 gpu_node_groups.a.minimum_size -> min_size'],
    ],
    ['a circle of locals', `locals {\n  a = local.b\n  b = local.a\n}\n${call('  gpu_node_groups = local.a')}`, []],
    ['another module', 'module "x" {\n  source = "terraform-aws-modules/vpc/aws"\n  foo = 1\n}\n', []],
  ])('%s', async (_, text, expected) => {
    expect(await find({ 'main.tf': text })).toEqual(expected)
  })

  test('follows variables into .tfvars files, those of --var-file too', async () => {
    const files = {
      'main.tf': `variable "groups" {\n  default = { a = { mins = 1 } }\n}\n${call('  gpu_node_groups = var.groups')}`,
      'terraform.tfvars': 'groups = { b = { min_siez = 1 } }\n',
      'prod.tfvars': 'groups = { c = { taint = [] } }\n',
    }
    expect(await find(files, ['prod.tfvars'])).toEqual([
      'main.tf:2:21 gpu_node_groups.a.mins -> min_size',
      'prod.tfvars:1:18 gpu_node_groups.c.taint -> taints',
      'terraform.tfvars:1:18 gpu_node_groups.b.min_siez -> min_size',
    ])
  })

  test('tells where each group is written', async () => {
    const root = join(base, `root-${roots++}`)
    mkdirSync(root)
    const groups =
      '  gpu_node_groups = merge({ a = {} }, { for x in y : x => {} }, {\n    "b" = { labels = { c = "d" } }\n  })'
    writeFileSync(join(root, 'main.tf'), call(groups))
    const found = await inspectModuleCalls(await readRootModule(root), [], join(base, 'modules/eks-gpu-cluster'))
    expect(found.groups.map(({ name, at }) => `${name} ${at.line}:${at.column}`)).toEqual(['a 3:29', 'b 4:5'])
  })

  test('looks into local modules that call ours', async () => {
    mkdirSync(join(base, 'wrapper'))
    writeFileSync(join(base, 'wrapper/main.tf'), call('  gpu_node_groups = { a = { labls = {} } }'))
    const { unknown: found } = await inspectModuleCalls(
      await readRootModule(await rootCalling('../wrapper')),
      [],
      join(base, 'modules/eks-gpu-cluster'),
    )
    expect(found.map(({ name, nearest, file }) => [name, nearest, file])).toEqual([
      ['labls', 'labels', join(base, 'wrapper/main.tf')],
    ])
  })
})

async function rootCalling(source: string): Promise<string> {
  const root = join(base, `root-${roots++}`)
  mkdirSync(root)
  writeFileSync(join(root, 'main.tf'), `module "w" {\n  source = "${source}"\n}\n`)
  return root
}

test.each([
  ['./modules/eks-gpu-cluster', true],
  ['../../modules/eks-gpu-cluster/', true],
  ['git::https://example.org/x.git//modules/eks-gpu-cluster?ref=v1', true],
  ['someone/eks-gpu-cluster/aws', true],
  ['terraform-aws-modules/eks/aws', false],
])('isOurModule(%s)', (source, expected) => {
  expect(isOurModule(source)).toBe(expected)
})
