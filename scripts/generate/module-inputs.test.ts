import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { readModuleSource } from '../../src/read/terraform/module-rules/module-source.ts'
import { allowedValues } from './allowed-values.ts'
import { moduleInputs } from './module-inputs.ts'

const folder = mkdtempSync(join(tmpdir(), 'eks-gpu-inputs-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function read(variables: string) {
  writeFileSync(join(folder, 'variables.tf'), variables)
  return readModuleSource(folder)
}

const sharing = (description: string): string => `
variable "groups" {
  description = <<-EOT
    Groups by name:
    - \`sharing\`: how pods share a GPU.
    ${description}
  EOT
  type = map(object({
    sharing = optional(object({
      kind     = string
      replicas = optional(number, 2)
    }))
  }))
  default = {}
  validation {
    condition     = alltrue([for name, g in var.groups : g.sharing == null ? true : contains(["mps", "mig"], g.sharing.kind)])
    error_message = "no"
  }
}
`

describe('the inputs that are generated from variables.tf', () => {
  it('are types with docstrings, and a schema', async () => {
    const text = moduleInputs(await read(sharing('- `sharing.kind`, `sharing.replicas`: what it says.')))
    for (const part of [
      'readonly groups?: Readonly<Record<string, Group>> | undefined',
      '/** How pods share a GPU. */\n  readonly sharing?: GroupSharing | undefined',
      "/** What it says. */\n  readonly kind: 'mps' | 'mig' | Ref",
      '   * What it says.\n   * @default 2\n',
      "kind: orRef(oneOf(['mps', 'mig'], 'kind')).meta({ description: \"What it says.\" }),",
      'replicas: orRef(z.number()).optional().meta({ description: "What it says.", default: 2 }),',
    ])
      expect(text).toContain(part)
  })

  it('say what to write where, when a field has no description', async () => {
    const source = await read(sharing('- `other`: no field.'))
    expect(() => moduleInputs(source)).toThrow(
      'groups.*.sharing.kind has no description. Write a line "- `sharing.kind`: …" into the description of variable "groups" in ' +
        "modules/eks-gpu-cluster/variables.tf, or one for 'groups.*.sharing.kind' in scripts/generate/input-overlays.ts (kind), then: npm run generate",
    )
  })

  it('take the values that a validation lists, and no others', async () => {
    const { variables } = await read(`
variable "a" {
  type = object({ x = string, y = optional(string), z = list(object({ effect = string })) })
  validation {
    condition     = contains(["p", "q"], var.a.x) && (var.a.y == null ? true : var.a.y == "only")
    error_message = "no"
  }
  validation {
    condition     = alltrue(flatten([for t in coalesce(var.a.z, []) : contains(["e"], t.effect)]))
    error_message = "no"
  }
  validation {
    condition     = contains(["p"], var.a.x) ? var.a.y != null : true
    error_message = "no"
  }
}
variable "days" {
  type = number
  validation {
    condition     = contains([1, 7], var.days)
    error_message = "no"
  }
}
`)
    expect(variables.map((variable) => Object.fromEntries(allowedValues(variable)))).toEqual([
      { 'a.x': ['p', 'q'], 'a.y': ['only'], 'a.z.*.effect': ['e'] },
      { days: [1, 7] },
    ])
  })
})
