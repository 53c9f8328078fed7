import { buildCommand, type Command } from '@stricli/core'
import type { CliContext } from './context.ts'
import { debugFlag } from './debug-flag.ts'
import type { ImagesFlags } from './images.ts'

const one = (brief: string, placeholder: string) =>
  ({ kind: 'parsed', brief, placeholder, parse: String, optional: true }) as const
const many = (brief: string, placeholder: string) => ({ ...one(brief, placeholder), variadic: true }) as const

/** `eks-gpu images`, as the command line knows it; what it does is loaded when it runs. */
export const imagesCommand: Command<CliContext> = buildCommand<ImagesFlags, [source?: string], CliContext>({
  loader: async () => (await import('./images.ts')).images,
  parameters: {
    flags: {
      mirror: one('registry and prefix: print a shell script that copies the images there', 'REGISTRY/PREFIX'),
      tool: {
        kind: 'enum',
        brief: 'program that copies',
        values: ['docker', 'crane', 'skopeo'],
        default: 'docker',
      },
      clusterName: one('which cluster, where a plan has several', 'NAME'),
      varFile: many('file with input variables for Terraform', 'FILE'),
      var: many('one input variable for Terraform', 'NAME=VALUE'),
      format: { kind: 'enum', brief: 'of the result', values: ['human', 'json'], default: 'human' },
      quiet: { kind: 'boolean', brief: 'no progress', default: false, withNegated: false },
      debug: debugFlag,
    },
    positional: {
      kind: 'tuple',
      parameters: [
        {
          brief:
            'Terraform directory (planned here, without credentials), plan in JSON, or - for a plan on standard input; default .',
          placeholder: 'DIR|plan.json|-',
          parse: String,
          optional: true,
        },
      ],
    },
  },
  docs: {
    brief: 'list the images that a planned cluster pulls, and print what fills a mirror with them',
    customUsage: [
      { input: 'examples/fully-private', brief: 'plans the directory on this machine, no AWS account' },
      {
        input: 'plan.json --mirror 111122223333.dkr.ecr.us-east-1.amazonaws.com/mirror',
        brief: 'the script that fills the mirror',
      },
    ],
  },
})
