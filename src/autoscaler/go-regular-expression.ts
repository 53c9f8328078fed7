import { ProblemError } from '../cluster/problem.ts'

/** What Go's regular expressions have and JavaScript's have not, or the other way round. */
const differences: readonly { readonly pattern: RegExp; readonly what: string }[] = [
  { pattern: /\(\?<?[=!]/, what: 'a look-around, which Go refuses' },
  { pattern: /\\[1-9]/, what: 'a back-reference, which Go refuses' },
  { pattern: /\(\?[imsU-]+[:)]/, what: 'flags inside the pattern' },
  { pattern: /\[\[?:\^?[a-z]+:\]/, what: 'a POSIX class' },
  { pattern: /\\[AzZQECaG]/, what: 'an escape that only Go knows' },
  { pattern: /\\[pP]\{?/, what: 'a Unicode class' },
  { pattern: /\(\?P</, what: 'a named group in Go’s spelling' },
]

/**
 * A pattern of the priority expander: Go's RE2, unanchored. Throws a {@link ProblemError} `expander-pattern-unsupported` for
 * what JavaScript's expressions cannot say in the same way, and `expander-pattern-malformed` for what is no expression.
 */
export function goRegularExpression(pattern: string): RegExp {
  const difference = differences.find((candidate) => candidate.pattern.test(pattern))
  if (difference !== undefined) {
    throw new ProblemError({
      id: 'expander-pattern-unsupported',
      what: `the priority expander's pattern ${JSON.stringify(pattern)} has ${difference.what}`,
      why: 'it is read by Go’s RE2 in the cluster and by JavaScript here, which do not agree on this',
      fix: 'write the pattern without it, such as spot-.* or ^gpu-(a|b)$',
    })
  }
  try {
    return new RegExp(pattern)
  } catch (cause) {
    throw new ProblemError(
      {
        id: 'expander-pattern-malformed',
        what: `the priority expander's pattern ${JSON.stringify(pattern)} is no regular expression`,
        why: 'the autoscaler ignores the whole ConfigMap then, and chooses at random',
        fix: 'correct it in the ConfigMap cluster-autoscaler-priority-expander',
      },
      { cause },
    )
  }
}
