import type { HclTerm } from '../../src/read/terraform/module-rules/hcl-term.ts'
import type { ModuleSource } from '../../src/read/terraform/module-rules/module-source.ts'

/** A rule by which the module refuses inputs: the block that holds it, and its message with `…` for what is filled in. */
export type RuleText = { readonly where: string; readonly text: string }

/** Every `validation` and `precondition` of the module, in the order of its files. */
export function ruleTexts({ variables, guards }: ModuleSource): readonly RuleText[] {
  return [
    ...variables.flatMap(({ name, validations }) =>
      validations.map(({ message }) => ({ where: `variable ${name}`, text: textOf(message) })),
    ),
    ...guards.flatMap(({ address, preconditions }) =>
      preconditions.map(({ message }) => ({ where: address, text: textOf(message) })),
    ),
  ]
}

/** What a rule's text matches: any message that fills it in. */
export function messagesOf({ text }: RuleText): RegExp {
  const parts = text.split('…').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${parts.join('.*')}$`, 's')
}

function textOf(message: HclTerm): string {
  if (message.kind === 'literal') return String(message.value)
  if (message.kind !== 'template') return '…'
  return message.parts.map((part) => (typeof part === 'string' ? part : '…')).join('')
}
