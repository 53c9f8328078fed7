/** `--debug` of the commands that take no `--no-…` of what they do not do by default. */
export const debugFlag = {
  kind: 'boolean',
  brief: 'stacks and raw output when something fails',
  default: false,
  withNegated: false,
} as const
