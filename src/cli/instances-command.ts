import { buildCommand, type Command, numberParser } from '@stricli/core'
import type { CliContext } from './context.ts'
import { gpuMemoryMib } from './gpu-memory-mib.ts'
import type { InstancesFlags } from './instances.ts'

/** `eks-gpu instances`, as the command line knows it; what it does is loaded when it runs. */
export const instancesCommand: Command<CliContext> = buildCommand<InstancesFlags, [], CliContext>({
  loader: async () => (await import('./instances.ts')).instances,
  parameters: {
    flags: {
      gpuMemory: {
        kind: 'parsed',
        brief: 'memory of each GPU, at least',
        placeholder: '40GiB',
        parse: gpuMemoryMib,
        optional: true,
      },
      gpus: {
        kind: 'parsed',
        brief: 'GPUs of one instance, exactly',
        placeholder: 'N',
        parse: numberParser,
        optional: true,
      },
      gpu: {
        kind: 'parsed',
        brief: 'model of the GPU, e.g. A10G',
        placeholder: 'MODEL',
        parse: String,
        optional: true,
      },
      efa: { kind: 'boolean', brief: 'only types with Elastic Fabric Adapter', default: false },
      arch: { kind: 'enum', brief: 'architecture', values: ['x86_64', 'arm64'], optional: true },
      sort: {
        kind: 'enum',
        brief: 'order: cheapest, cheapest for each GPU, largest GPU memory, or by name',
        values: ['name', 'price', 'price-per-gpu', 'gpu-memory'],
        default: 'name',
      },
      format: { kind: 'enum', brief: 'of the result', values: ['human', 'json'], default: 'human' },
      debug: { kind: 'boolean', brief: 'stacks and raw output when something fails', default: false },
    },
  },
  docs: {
    brief: 'list the GPU instance types of EC2: GPUs, memory, network, pods, price',
    customUsage: [
      { input: '--gpu-memory 40GiB --gpus 8 --efa --sort price-per-gpu', brief: 'for training, cheapest GPU first' },
      { input: '--gpu L4 --format json', brief: 'for a program' },
    ],
  },
})
