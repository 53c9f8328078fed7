import type { PodContainer } from './pod.ts'

/** How a container would run, had it an image: for ever, or until it ends. */
export type ContainerRun =
  | { readonly kind: 'runs' }
  | { readonly kind: 'ends'; readonly afterMs: number; readonly exitCode: number }

/** A program whose end nobody told runs this long when its pod is meant to end. */
const usualRunMs = 2_000
/** No `sleep` is waited for longer than this. */
const longestRunMs = 3_600_000

/**
 * Reads from a container's command how it would run. Programs are taken to work and, in a pod that restarts them always,
 * to serve for ever; a command whose last word is `false` or `exit N` fails, and `sleep N` takes its seconds.
 */
export function containerRun(
  container: Pick<PodContainer, 'command' | 'args'>,
  restartPolicy: 'Always' | 'OnFailure' | 'Never',
): ContainerRun {
  const statements = statementsOf([...container.command, ...container.args])
  const exitCode = exitCodeOf(statements.at(-1) ?? '')
  let sleptMs = 0
  let endless = false
  for (const statement of statements) {
    const [, amount = '', unit = 's'] = /^sleep\s+(\d+(?:\.\d+)?|infinity|inf)([smhd])?$/.exec(statement) ?? []
    if (amount.startsWith('inf')) endless = true
    else if (amount !== '') sleptMs += Number(amount) * unitMs(unit)
    if (/^tail\s+-[fF]\b/.test(statement) || /^while\s+(true|:)/.test(statement)) endless = true
  }
  if (endless) return { kind: 'runs' }
  if (restartPolicy === 'Always' && exitCode === 0) return { kind: 'runs' }
  return { kind: 'ends', afterMs: Math.min(sleptMs > 0 ? sleptMs : usualRunMs, longestRunMs), exitCode }
}

/** The statements of a command line: those of the script when a shell runs one, else the one command. */
function statementsOf(words: readonly string[]): readonly string[] {
  const [program = '', ...rest] = words
  const isShell = /(?:^|\/)(?:ba|da|a|z|k)?sh$/.test(program)
  const option = rest.findIndex((word) => /^-[a-z]*c$/.test(word))
  if (isShell && option >= 0)
    return (rest[option + 1] ?? '')
      .split(/\n|;|&&/)
      .map((statement) => statement.trim())
      .filter((statement) => statement !== '')
  const command = words.join(' ').trim()
  return command === '' ? [] : [command]
}

function exitCodeOf(statement: string): number {
  if (/^(?:\/usr)?(?:\/bin\/)?false$/.test(statement)) return 1
  const code = Number(/^exit\s+(\d{1,3})$/.exec(statement)?.[1] ?? 0)
  return code % 256
}

function unitMs(unit: string): number {
  switch (unit) {
    case 'm':
      return 60_000
    case 'h':
      return 3_600_000
    case 'd':
      return 86_400_000
    default:
      return 1_000
  }
}
