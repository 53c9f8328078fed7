import { type ClusterStatus, readClusterStatus } from './cluster-status.ts'

/** How to reach AWS: where the SDK would find region and credentials by itself, only what differs. */
export type AwsAccess = {
  readonly region?: string
  readonly endpoint?: string
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string }
}

/** Asks the installer, from inside the VPC, how the cluster is; changes nothing. Never throws. */
export async function readStatusThroughInstaller(
  functionName: string,
  access: AwsAccess,
): Promise<{ readonly status: ClusterStatus } | { readonly failed: string }> {
  // The SDK complains on standard error about Node 20, once, when it is imported.
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true'
  const { InvokeCommand, LambdaClient } = await import('@aws-sdk/client-lambda')
  const client = new LambdaClient({ ...access, maxAttempts: 2 })
  try {
    const answer = await client.send(
      new InvokeCommand({ FunctionName: functionName, Payload: Buffer.from('{"action":"status"}') }),
    )
    const text = Buffer.from(answer.Payload ?? []).toString('utf8')
    const json: unknown = JSON.parse(text)
    if (answer.FunctionError !== undefined) return { failed: errorMessage(json) ?? answer.FunctionError }
    const status = readClusterStatus(json)
    return status === undefined ? { failed: `the function ${functionName} answered in an unknown form` } : { status }
  } catch (error) {
    return { failed: error instanceof Error ? error.message : String(error) }
  } finally {
    client.destroy()
  }
}

function errorMessage(json: unknown): string | undefined {
  if (typeof json !== 'object' || json === null || !('errorMessage' in json)) return undefined
  return typeof json.errorMessage === 'string' ? json.errorMessage : undefined
}
