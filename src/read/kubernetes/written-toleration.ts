import type { Toleration } from '../../cluster/toleration.ts'

/** A toleration as a manifest has it: `Exists` goes without a value, and what is absent is left out. */
export function writtenToleration({ key, operator, value, effect, tolerationSeconds }: Toleration): object {
  return {
    key,
    operator,
    ...(operator === 'Equal' && { value }),
    ...(effect !== undefined && { effect }),
    ...(tolerationSeconds !== undefined && { tolerationSeconds }),
  }
}
