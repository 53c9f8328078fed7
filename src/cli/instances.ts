import { type InstanceType, instanceTypes } from '../catalog/instance-types.ts'
import { gpuModels, type InstanceTypeOrder, selectInstanceTypes } from '../catalog/select-instance-types.ts'
import { ProblemError } from '../cluster/problem.ts'
import { nearestName } from '../read/terraform/nearest-name.ts'
import { formatInstances, instancesDocument } from '../report/instances-text.ts'
import { type CliContext, outPaint, print, runCommand } from './context.ts'

/** Flags of `eks-gpu instances`. */
export type InstancesFlags = {
  /** MiB. */
  readonly gpuMemory?: number
  readonly gpus?: number
  readonly gpu?: string
  readonly efa: boolean
  readonly arch?: InstanceType['arch']
  readonly sort: InstanceTypeOrder
  readonly format: 'human' | 'json'
  readonly debug: boolean
}

/** `eks-gpu instances`: the catalogue of GPU instance types. */
export async function instances(this: CliContext, flags: InstancesFlags): Promise<void> {
  await runCommand(this, flags, () => {
    const models = gpuModels()
    if (flags.gpu !== undefined && !models.some((model) => model.toLowerCase() === flags.gpu?.toLowerCase())) {
      const nearest = nearestName(flags.gpu, models)
      throw new ProblemError({
        id: 'gpu-model-unknown',
        what: `The catalogue has no GPU ${JSON.stringify(flags.gpu)}.`,
        fix: nearest === undefined ? `use one of ${models.join(', ')}` : `did you mean ${nearest}?`,
      })
    }
    const catalog = instanceTypes()
    const types = selectInstanceTypes(
      {
        ...(flags.gpuMemory !== undefined && { gpuMemoryMib: flags.gpuMemory }),
        ...(flags.gpus !== undefined && { gpus: flags.gpus }),
        ...(flags.gpu !== undefined && { gpu: flags.gpu }),
        ...(flags.arch !== undefined && { arch: flags.arch }),
        efa: flags.efa,
      },
      flags.sort,
    )
    print(
      this,
      flags.format === 'json'
        ? JSON.stringify(instancesDocument(types, catalog), undefined, 2)
        : formatInstances(types, catalog, outPaint(this)),
    )
    return Promise.resolve(0)
  })
}
