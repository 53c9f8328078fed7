import { buildCommand, type Command } from '@stricli/core'
import type { CliContext } from './context.ts'
import { debugFlag } from './debug-flag.ts'
import type { SynthFlags } from './synth.ts'

/** `eks-gpu synth`, as the command line knows it; what it does is loaded when it runs. */
export const synthCommand: Command<CliContext> = buildCommand<SynthFlags, [string], CliContext>({
  loader: async () => (await import('./synth.ts')).synth,
  parameters: {
    aliases: { o: 'output' },
    flags: {
      output: {
        kind: 'parsed',
        brief: 'folder of the Terraform root; default the name of FILE without its ending',
        placeholder: 'DIR',
        parse: String,
        optional: true,
      },
      check: {
        kind: 'boolean',
        brief: 'write nothing; exit with 2 when the folder is not what FILE says',
        default: false,
        withNegated: false,
      },
      debug: debugFlag,
    },
    positional: {
      kind: 'tuple',
      parameters: [{ brief: 'cluster in TypeScript, JavaScript, JSON or YAML', placeholder: 'FILE', parse: String }],
    },
  },
  docs: {
    brief: 'write the Terraform root of clusters that are described in TypeScript, JSON or YAML',
    customUsage: [
      { input: 'cluster.ts', brief: 'into the folder cluster' },
      { input: 'cluster.yaml -o infrastructure', brief: 'into a folder of your choice' },
      { input: 'cluster.ts --check', brief: 'in CI' },
    ],
  },
})
