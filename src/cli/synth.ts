import { shellWord } from './command-line.ts'
import { type CliContext, print, runCommand, warn } from './context.ts'
import { rootFolder, type Synthesized, synthStep } from './synth-step.ts'

/** Flags of `eks-gpu synth`. */
export type SynthFlags = {
  readonly output?: string
  readonly check: boolean
  readonly debug: boolean
}

/** `eks-gpu synth FILE`: writes the Terraform root of a cluster that is written in TypeScript, JSON or YAML. */
export async function synth(this: CliContext, flags: SynthFlags, file: string): Promise<void> {
  await runCommand(this, flags, async () => {
    const made = await synthStep(this, file, flags.output, flags.check)
    if (made === undefined) return 1
    for (const warning of made.warnings) warn(this, warning)
    const stale = made.files.filter(({ change }) => change !== 'same')
    if (flags.check) {
      print(this, stale.length === 0 ? `${made.shown} is what ${file} says.` : staleText(made, file, flags.output))
      return stale.length === 0 ? 0 : 2
    }
    print(this, madeText(made, file, flags.output))
    return 0
  })
}

function staleText({ shown, files }: Synthesized, file: string, output: string | undefined): string {
  const lines = files.flatMap(({ name, change }) =>
    change === 'same' ? [] : [`${shown}/${name} is ${change === 'new' ? 'missing' : `not what ${file} says`}`],
  )
  return [...lines, `Run: ${synthLine(file, output)}`].join('\n')
}

function madeText({ config, shown, files }: Synthesized, file: string, output: string | undefined): string {
  const words = { new: 'written', changed: 'changed', same: 'unchanged' } as const
  const width = Math.max(...files.map(({ name }) => name.length))
  // `up` looks for the root where `synth` puts it by itself.
  const usual = output === undefined || output === rootFolder(file)
  return [
    ...files.map(({ name, change }) => `${shown}/${name.padEnd(width)}  ${words[change]}`),
    '',
    ...Object.entries(config.clusters).map(
      ([name, { cluster_name: cluster, gpu_node_groups: groups }]) =>
        `module.${name}: cluster ${typeof cluster === 'string' ? cluster : `of ${cluster.$ref}`}, ${groupsText(Object.keys(groups ?? {}))}`,
    ),
    '',
    `Next: eks-gpu up ${shellWord(usual ? file : shown)} --local, then without --local`,
  ].join('\n')
}

function groupsText(names: readonly string[]): string {
  if (names.length === 0) return 'no GPU groups'
  return `GPU group${names.length === 1 ? '' : 's'} ${names.join(', ')}`
}

function synthLine(file: string, output: string | undefined): string {
  return `eks-gpu synth ${shellWord(file)}${output === undefined ? '' : ` -o ${shellWord(output)}`}`
}
