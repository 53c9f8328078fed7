import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { findInstanceType } from '../catalog/instance-types.ts'

/** What the autoscaler knows of an instance type. */
export type KnownInstanceType = {
  readonly vcpu: number
  readonly memoryMib: number
  /** GPUs of every vendor; 0 for a fraction of one. */
  readonly gpu: number
  readonly arch: 'amd64' | 'arm64'
}

const fileSchema = z.strictObject({
  $comment: z.string(),
  asOf: z.iso.date(),
  source: z.array(z.url()),
  instanceTypes: z.record(
    z.string(),
    z.strictObject({
      vcpu: z.number().int(),
      memoryMib: z.number().int(),
      gpu: z.number().int(),
      arch: z.enum(['amd64', 'arm64']),
    }),
  ),
})

let builtIn: Readonly<Record<string, KnownInstanceType>> | undefined

/**
 * The shape that the autoscaler gives an instance type, `undefined` when it knows none of that name. With `isStatic` it asks
 * the list that is built into it (`--aws-use-static-instance-list`), which lacks newer types; otherwise EC2, which our
 * catalogue stands for, and that list for types outside of the catalogue.
 * Source: cluster-autoscaler 1.36.1, cloudprovider/aws/ec2_instance_types.go and aws_util.go.
 */
export function knownInstanceType(name: string, isStatic: boolean): KnownInstanceType | undefined {
  builtIn ??= fileSchema.parse(
    JSON.parse(readFileSync(new URL('./data/ec2-instance-types.json', import.meta.url), 'utf8')),
  ).instanceTypes
  const own = Object.hasOwn(builtIn, name) ? builtIn[name] : undefined
  if (isStatic) return own
  const listed = findInstanceType(name)
  if (listed === undefined || listed.vcpu === null || listed.memoryMib === null) return own
  return {
    vcpu: listed.vcpu,
    memoryMib: listed.memoryMib,
    gpu: listed.gpu?.count ?? 0,
    arch: listed.arch === 'arm64' ? 'arm64' : 'amd64',
  }
}
