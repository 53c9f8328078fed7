import { buildApplication, type Command, type RouteMap, run } from '@stricli/core'
import { application } from '../../src/cli/application.ts'
import type { CliContext } from '../../src/cli/context.ts'
import { recordedContext } from '../../src/cli/testing/recorded-context.ts'
import { repository } from './pages.ts'

type RouteMapEntry = ReturnType<RouteMap<CliContext>['getAllEntries']>[number]

/**
 * What the command line itself says to these arguments of `eks-gpu`; `undefined` when it takes them. Nothing is run: the command that they
 * name is asked with its own parser, and with a body that does nothing.
 */
export async function eksGpuFault(words: readonly string[]): Promise<string | undefined> {
  let target: Command<CliContext> | RouteMap<CliContext> | undefined = application().root
  let used = 0
  while (target !== undefined && 'getAllEntries' in target) {
    const word = words[used]
    if (word === undefined || word.startsWith('-'))
      return word === '--version' || word === '--help' ? undefined : `no command: eks-gpu ${words.join(' ')}`
    const entry: RouteMapEntry | undefined = target
      .getAllEntries()
      .find(({ name }) => name['convert-camel-to-kebab'] === word)
    if (entry === undefined) return `no command named ${word}`
    target = entry.target
    used += 1
  }
  if (target === undefined) return 'no command'
  const idle: Command<CliContext> = { ...target, loader: async () => () => undefined }
  const recorded = recordedContext(repository, {})
  await run(
    buildApplication(idle, { name: 'eks-gpu', scanner: { caseStyle: 'allow-kebab-for-camel' } }),
    words.slice(used),
    recorded.context,
  )
  return recorded.err() === '' ? undefined : recorded.err().trim()
}
