/**
 * How go-yaml 2, which kubectl decodes with, takes scalars without quotes: `yes`, `on` and `y` are true, `012` is ten, and
 * a date is text. A text that no pattern matches stays text. Source: go.yaml.in/yaml/v2 resolve.go.
 */
export const plainScalars: readonly {
  readonly tag: 'null' | 'bool' | 'int' | 'float'
  readonly test: RegExp
  readonly resolve: (text: string) => null | boolean | number | string
}[] = [
  { tag: 'null', test: /^(?:~|[Nn]ull|NULL)?$/, resolve: () => null },
  {
    tag: 'bool',
    test: /^(?:[yY]|[yY]es|YES|[tT]rue|TRUE|[oO]n|ON|[nN]|[nN]o|NO|[fF]alse|FALSE|[oO]ff|OFF)$/,
    resolve: (text) => /^(?:y|t|on)/i.test(text),
  },
  {
    tag: 'int',
    test: /^(?:[-+]_*)?(?:0_*[xX][0-9a-fA-F_]+|0_*[oO]?[0-7_]+|0_*[bB][01_]+|0|[1-9][0-9_]*)$/,
    resolve: (text) => resolveInteger(text.replaceAll('_', '')),
  },
  {
    tag: 'float',
    test: /^(?!\.[^_]*_)[-+]?(?:\.[0-9_]+|[0-9][0-9_]*(?:\.[0-9_]*)?)(?:[eE][-+]?[0-9_]+)?$/,
    resolve: (text) => {
      const value = Number(text.replaceAll('_', ''))
      // Go refuses what is out of range, and the text stays.
      return Number.isFinite(value) ? value : text
    },
  },
]

/** The value of a scalar without quotes. */
export function resolvePlainScalar(text: string): null | boolean | number | string {
  // Most are words that begin with none of the letters of the patterns above.
  if (/^[a-eg-mp-su-xzA-EG-MP-SU-XZ/]/.test(text)) return text
  const pattern = plainScalars.find(({ test }) => test.test(text))
  return pattern === undefined ? text : pattern.resolve(text)
}

function resolveInteger(text: string): number {
  const [, sign = '', digits = ''] = /^([-+]?)(.*)$/.exec(text) ?? []
  const octal = /^0[oO]?([0-7]+)$/.exec(digits)
  const value = octal === null ? Number(digits) : Number.parseInt(octal[1] ?? '', 8)
  return sign === '-' ? -value : value
}
