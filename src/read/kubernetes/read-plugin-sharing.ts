import { parse as parseYaml } from 'yaml'
import { z } from 'zod'
import { type PluginSharing, wholeGpus } from '../../catalog/plugin-devices.ts'

const sharedSchema = z
  .looseObject({
    renameByDefault: z.boolean().default(false),
    failRequestsGreaterThanOne: z.boolean().default(false),
    resources: z
      .array(z.looseObject({ name: z.string(), replicas: z.number().int().positive().default(1) }))
      .default([]),
  })
  .optional()

const configSchema = z.looseObject({
  flags: z.looseObject({ migStrategy: z.string().optional() }).optional(),
  sharing: z.looseObject({ timeSlicing: sharedSchema, mps: sharedSchema }).optional(),
})

/**
 * What a configuration file of NVIDIA's device plugin (YAML) says of sharing; `migStrategy`, when given, is what a flag or a
 * variable says, which wins over the file (https://github.com/NVIDIA/k8s-device-plugin#configuring-the-nvidia-device-plugin-binary).
 * A file that cannot be read says nothing.
 */
export function readPluginSharing(file: string | undefined, migStrategy: string | undefined): PluginSharing {
  const config = configSchema.safeParse(yamlOf(file) ?? {}).data ?? {}
  const { timeSlicing, mps } = config.sharing ?? {}
  const kind =
    (mps?.resources.length ?? 0) > 0 ? 'mps' : (timeSlicing?.resources.length ?? 0) > 0 ? 'timeSlicing' : 'none'
  const shared = kind === 'mps' ? mps : timeSlicing
  return {
    migStrategy: strategyOf(migStrategy ?? config.flags?.migStrategy),
    kind,
    renameByDefault: shared?.renameByDefault ?? false,
    oneShareEach: kind === 'mps' || (shared?.failRequestsGreaterThanOne ?? false),
    replicas: Object.fromEntries((shared?.resources ?? []).map(({ name, replicas }) => [name, replicas])),
  }
}

function strategyOf(text: string | undefined): PluginSharing['migStrategy'] {
  return text === 'single' || text === 'mixed' ? text : wholeGpus.migStrategy
}

function yamlOf(file: string | undefined): unknown {
  try {
    return file === undefined ? undefined : parseYaml(file)
  } catch {
    return undefined
  }
}
