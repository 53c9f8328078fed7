import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { parseHcl } from '../../src/read/terraform/hcl.ts'

const folder = fileURLToPath(new URL('../../modules/eks-gpu-cluster/', import.meta.url))

it('every role of the module has the path and the boundary of its inputs, and a name that is a prefix', async () => {
  const bare: string[] = []
  let roles = 0
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.tf'))) {
    const text = readFileSync(`${folder}${file}`, 'utf8')
    for (const { type, labels, body, at } of (await parseHcl(text)).body.blocks) {
      if (type !== 'resource' || labels[0] !== 'aws_iam_role') continue
      roles += 1
      const lines = text.split('\n').slice(at.line)
      const written = lines.slice(0, lines.indexOf('}')).map((line) => line.replace(/\s+/g, ' ').trim())
      const wanted = ['path = var.iam_role_path', 'permissions_boundary = var.iam_role_permissions_boundary']
      const named = body.attributes.some(({ name }) => name === 'name_prefix')
      if (!named || wanted.some((line) => !written.includes(line))) bare.push(`${file}: ${labels[1]}`)
    }
  }
  expect(bare).toEqual([])
  expect(roles).toBeGreaterThan(7)
})
