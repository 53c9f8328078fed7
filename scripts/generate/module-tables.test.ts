import { expect, it } from 'vitest'
import { withModuleTables } from './module-tables.ts'

const FILES = {
  versions:
    'terraform {\n  required_version = ">= 1.5"\n  required_providers {\n    aws = { source = "hashicorp/aws", version = ">= 5.95, < 7.0" }\n  }\n}\n',
  variables: `
variable "zones" {
  description = "How many | zones."
  type        = number
  default     = 2
}

variable "groups" {
  description = <<-EOT
    Groups by name.

    - one
    - two
  EOT
  type = map(object({
    taints = optional(list(string), ["a}"]) # why }
    size   = optional(number)
  }))
}
`,
  outputs:
    'output "b" {\n  description = "Second."\n  value = 1\n  sensitive = true\n}\noutput "a" {\n  description = "First."\n  value = 2\n}\n',
}

it('writes tables between the markers, required inputs first', async () => {
  expect(await withModuleTables('# m\n<!-- BEGIN_TF_DOCS -->\nold\n<!-- END_TF_DOCS -->\nrest\n', FILES)).toBe(`# m
<!-- BEGIN_TF_DOCS -->
## Requirements

| name | version |
|---|---|
| terraform | \`>= 1.5\` |
| aws | \`>= 5.95, < 7.0\` |

## Inputs

| name | description | type | default |
|---|---|---|---|
| \`groups\` | Groups by name.<br><br>- one<br>- two | <pre>map(object({<br>  taints = optional(list(string), ["a}"]) # why }<br>  size   = optional(number)<br>}))</pre> | **required** |
| \`zones\` | How many \\| zones. | \`number\` | \`2\` |

## Outputs

| name | description |
|---|---|
| \`a\` | First. |
| \`b\` | Second. (sensitive) |
<!-- END_TF_DOCS -->
rest
`)
})

it('refuses a variable without a description', async () => {
  const files = { ...FILES, variables: 'variable "x" {\n  type = string\n}\n' }
  await expect(withModuleTables('<!-- BEGIN_TF_DOCS --><!-- END_TF_DOCS -->', files)).rejects.toThrow(
    'variable "x" has no description',
  )
})

it('refuses a README without markers', async () => {
  await expect(withModuleTables('# m', FILES)).rejects.toThrow(
    'README has no <!-- BEGIN_TF_DOCS --> … <!-- END_TF_DOCS -->',
  )
})
