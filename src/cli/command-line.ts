import type { DownFlags } from './up-flags.ts'

/** The command line that works on the same directory with the same variables. */
export function commandLine(
  command: 'up' | 'down',
  directory: string,
  flags: Pick<DownFlags, 'local' | 'var' | 'varFile'>,
): string {
  const words = ['eks-gpu', command, directory]
  if (flags.local) words.push('--local')
  for (const file of flags.varFile ?? []) words.push('--var-file', file)
  for (const assignment of flags.var ?? []) words.push('--var', assignment)
  return words.map(shellWord).join(' ')
}

/** A word as a POSIX shell reads it. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}
