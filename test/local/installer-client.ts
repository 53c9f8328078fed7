import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { InvokeCommand, LambdaClient, UpdateFunctionConfigurationCommand } from '@aws-sdk/client-lambda'
import { z } from 'zod'
import type { EnvironmentRecord } from '../../src/local/environment.ts'

/** How an invocation of the installer ended, with the last 4 KB of its log. */
export type Invocation = {
  readonly result: unknown
  /** `InstallerRefused: …` or `InstallerFailed: …`; `''` when it went well. */
  readonly error: string
  readonly log: string
}

/** The installer of an environment's only cluster, as the last apply left it. */
export type Installer = {
  /** The bundle that the last apply sent. */
  readonly bundle: string
  readonly digest: string
  readonly roleArn: string
  invoke(payload: unknown): Promise<Invocation>
  /** Sets the digest that the function takes to a bundle's, as an apply does before it invokes it. */
  trust(bundle: string): Promise<void>
  close(): void
}

const stateSchema = z.object({
  resources: z.array(
    z.looseObject({
      type: z.string(),
      name: z.string(),
      instances: z.array(z.looseObject({ attributes: z.record(z.string(), z.unknown()) })),
    }),
  ),
})

const functionSchema = z.object({
  function_name: z.string(),
  role: z.string(),
  environment: z.tuple([z.object({ variables: z.record(z.string(), z.string()) })]),
})

const errorSchema = z.object({ errorType: z.string(), errorMessage: z.string() })

/** Opens the installer of an environment. Throws when the state has none. */
export function openInstaller(record: EnvironmentRecord): Installer {
  const text = readFileSync(join(record.home, 'terraform', 'terraform.tfstate'), 'utf8')
  const { resources } = stateSchema.parse(JSON.parse(text))
  const attributesOf = (type: string) =>
    resources.find((resource) => resource.type === type)?.instances[0]?.attributes ?? {}
  const { input } = z.object({ input: z.string() }).parse(attributesOf('aws_lambda_invocation'))
  const own = functionSchema.parse(attributesOf('aws_lambda_function'))
  const client = new LambdaClient({
    endpoint: record.awsEndpoint,
    region: 'us-east-1',
    credentials: record.credentials,
    maxAttempts: 1,
  })
  return {
    bundle: z.object({ bundle: z.string() }).parse(JSON.parse(input)).bundle,
    digest: own.environment[0].variables['BUNDLE_DIGEST'] ?? '',
    roleArn: own.role,
    invoke: async (payload) => {
      const answer = await client.send(
        new InvokeCommand({ FunctionName: own.function_name, Payload: JSON.stringify(payload), LogType: 'Tail' }),
      )
      const body: unknown = JSON.parse(answer.Payload?.transformToString() ?? 'null')
      const log = Buffer.from(answer.LogResult ?? '', 'base64').toString('utf8')
      if (answer.FunctionError === undefined) return { result: body, error: '', log }
      const { errorType, errorMessage } = errorSchema.parse(body)
      return { result: undefined, error: `${errorType}: ${errorMessage}`, log }
    },
    trust: async (bundle) => {
      const Variables = {
        ...own.environment[0].variables,
        BUNDLE_DIGEST: createHash('sha256').update(bundle, 'utf8').digest('hex'),
      }
      const { function_name: FunctionName } = own
      await client.send(new UpdateFunctionConfigurationCommand({ FunctionName, Environment: { Variables } }))
    },
    close: () => client.destroy(),
  }
}
