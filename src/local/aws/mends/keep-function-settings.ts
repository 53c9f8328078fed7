import { z } from 'zod'

type Settings = { readonly LoggingConfig?: unknown; readonly vpcId?: string }

/**
 * moto forgets a Lambda function's logging configuration and invents its VPC. This remembers the first from the requests that set it,
 * and puts both into the answers.
 */
export type FunctionSettings = {
  /** Learns from the body of CreateFunction or UpdateFunctionConfiguration. */
  learn(
    region: string,
    name: string,
    body: unknown,
    vpcOf: (subnetIds: readonly string[]) => Promise<string>,
  ): Promise<void>
  forget(region: string, name: string): void
  /** Completes an answer that holds a configuration, at its top or as `Configuration`. */
  mend(region: string, answer: unknown): unknown
}

const requestSchema = z.looseObject({
  LoggingConfig: z.looseObject({}).optional(),
  VpcConfig: z.looseObject({ SubnetIds: z.array(z.string()).optional() }).optional(),
})

const configurationSchema = z.looseObject({
  FunctionName: z.string(),
  VpcConfig: z.looseObject({ SubnetIds: z.array(z.string()).optional(), VpcId: z.string().optional() }).optional(),
})

/** Keeps settings in memory, by region and name. */
export function keepFunctionSettings(): FunctionSettings {
  const kept = new Map<string, Settings>()
  const key = (region: string, name: string): string => `${region}/${name}`

  const complete = (region: string, value: unknown): unknown => {
    const parsed = configurationSchema.safeParse(value)
    if (!parsed.success) return value
    const configuration = parsed.data
    const settings = kept.get(key(region, configuration.FunctionName))
    return {
      ...configuration,
      LoggingConfig: {
        LogFormat: 'Text',
        LogGroup: `/aws/lambda/${configuration.FunctionName}`,
        ...(typeof settings?.LoggingConfig === 'object' ? settings.LoggingConfig : {}),
      },
      ...(configuration.VpcConfig &&
        settings?.vpcId !== undefined && { VpcConfig: { ...configuration.VpcConfig, VpcId: settings.vpcId } }),
    }
  }

  return {
    learn: async (region, name, body, vpcOf) => {
      const request = requestSchema.safeParse(body)
      if (!request.success) return
      const before = kept.get(key(region, name)) ?? {}
      const subnets = request.data.VpcConfig?.SubnetIds
      const vpcId = subnets === undefined ? before.vpcId : subnets.length > 0 ? await vpcOf(subnets) : ''
      kept.set(key(region, name), {
        LoggingConfig: request.data.LoggingConfig ?? before.LoggingConfig,
        ...(vpcId !== undefined && { vpcId }),
      })
    },
    forget: (region, name) => void kept.delete(key(region, name)),
    mend: (region, answer) => {
      if (typeof answer !== 'object' || answer === null) return answer
      const inner: unknown = Reflect.get(answer, 'Configuration')
      return inner === undefined ? complete(region, answer) : { ...answer, Configuration: complete(region, inner) }
    },
  }
}
