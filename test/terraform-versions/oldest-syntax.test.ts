import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

/**
 * What Terraform learnt after 1.5, the oldest version that the module promises to work with.
 * Source: https://github.com/hashicorp/terraform/blob/main/CHANGELOG.md and its branches v1.6 to v1.14.
 */
const newer: readonly (readonly [version: string, what: string, how: RegExp])[] = [
  ['1.7', 'removed blocks', /^removed\s*\{/m],
  ['1.7', 'for_each of an import block', /^import\s*\{[^}]*for_each/m],
  ['1.8', 'functions of providers', /\bprovider::/],
  ['1.8', 'issensitive', /\bissensitive\(/],
  ['1.9', 'templatestring', /\btemplatestring\(/],
  ['1.10', 'ephemeral values', /^\s*ephemeral\s*=|^ephemeral\s+"|\bephemeralasnull\(/m],
  ['1.11', 'write-only arguments', /^\s*\w+_wo(?:_version)?\s*=/m],
  ['1.14', 'actions and list resources', /^(?:action|list)\s+"/m],
]

const folder = fileURLToPath(new URL('../../modules/eks-gpu-cluster', import.meta.url))
const files = readdirSync(folder)
  .filter((name) => name.endsWith('.tf'))
  .map((name) => [name, readFileSync(join(folder, name), 'utf8').replace(/^\s*#.*$/gm, '')] as const)

describe.each(files)('modules/eks-gpu-cluster/%s works with Terraform 1.5', (_, text) => {
  it.each(newer)('uses nothing of %s: %s', (_version, _what, how) => {
    expect(how.exec(text)?.[0]).toBeUndefined()
  })

  it('has validations that look at their own variable only, as all did before 1.9', () => {
    const others = [...text.matchAll(/^variable "(\w+)" \{\n([\s\S]*?)^\}/gm)].flatMap(([, name = '', body = '']) =>
      [...body.matchAll(/\b(var|local|data|each)\.(\w+)/g)]
        .filter(([, kind, other]) => kind !== 'var' || other !== name)
        .map(([reference]) => `${name} looks at ${reference}`),
    )
    expect(others).toEqual([])
  })
})
