import type { Environment } from './configuration.ts'

/** Writes what the run does, one JSON line a step (CloudWatch Logs Insights reads the fields). */
export type StepLog = (step: string, fields?: Readonly<Record<string, unknown>>) => void

/** Opens a log for one run. Every line passes through {@link createRedaction}. */
export function createStepLog(
  requestId: string,
  now: () => number,
  write: (line: string) => void,
  redact: (text: string) => string,
): StepLog {
  return (step, fields = {}) =>
    write(redact(JSON.stringify({ time: new Date(now()).toISOString(), requestId, step, ...fields })))
}

/**
 * A function that blanks credentials in a text: bearer tokens by their form, AWS keys by their value. Nothing here puts
 * them into a text; an API server's error might.
 */
export function createRedaction(environment: Environment): (text: string) => string {
  return (text) => {
    const secrets = [environment['AWS_SECRET_ACCESS_KEY'], environment['AWS_SESSION_TOKEN']].filter(
      (value): value is string => value !== undefined && value.length >= 8,
    )
    return secrets
      .reduce((rest, secret) => rest.replaceAll(secret, '[redacted]'), text)
      .replaceAll(/k8s-aws-v1\.[\w-]+/g, '[redacted]')
      .replaceAll(/(X-Amz-(?:Signature|Security-Token)=)[^&\s"']+/gi, '$1[redacted]')
  }
}
