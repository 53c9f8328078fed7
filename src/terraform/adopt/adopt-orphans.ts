import { rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { StateResource } from '../../read/terraform/plan-json.ts'
import { importResource, taintResource, untaintResource } from '../commands.ts'
import { readState } from '../read-state.ts'
import { readStream } from '../terraform-process.ts'
import { filesOf, type Workspace } from '../workspace.ts'
import type { AwsInventory } from './aws-inventory.ts'
import { findId, standsAfterAll } from './find-id.ts'
import { begunResources } from './in-flight.ts'
import { readIntent } from './intent.ts'

/** What was done about resources that a killed run may have created without writing them down. */
export type Adoption = {
  readonly adopted: readonly { readonly address: string; readonly id: string }[]
  /** May exist and could not be told: the next apply creates them anew, and says so if their name is taken. */
  readonly unclear: readonly { readonly address: string; readonly why: string }[]
}

/**
 * Looks for everything that the last run had begun to create and that the state does not have, and records it with
 * `terraform import`. What the state has as tainted, only because an interrupt ended the wait for it, is kept: replacing it
 * would fail, because what keeps its name and must be there before its old self goes cannot be made twice. Only resources that
 * this very run began are looked for.
 * @param onProgress tells what is being done.
 */
export async function adoptOrphans(
  workspace: Workspace,
  extraEnv: NodeJS.ProcessEnv,
  aws: AwsInventory,
  onProgress: (text: string) => void,
  patienceMs = 1_200_000,
): Promise<Adoption> {
  const begun = begunResources(readStream(filesOf(workspace).stream('apply')))
  const intent = new Map(readIntent(workspace).map((resource) => [resource.address, resource]))
  let state = await stateOf(workspace, extraEnv)
  const missing = begun
    .filter(({ address }) => !state.some((resource) => resource.address === address))
    .flatMap((each) => {
      const resource = intent.get(each.address)
      return resource === undefined ? [] : [{ ...each, resource }]
    })
    // What others refer to comes first, so that their ids can be told from the state.
    .sort((a, b) => rank(a.resource.type) - rank(b.resource.type))
  const adopted: { address: string; id: string }[] = []
  const unclear: { address: string; why: string }[] = []
  for (const resource of state) {
    const { address, tainted, values } = resource
    if (tainted !== true || !begun.some((each) => each.address === address)) continue
    onProgress(`looking for ${address}`)
    if (!(await standsAfterAll(resource, { aws, onWait: onProgress, patienceMs }))) continue
    const answer = await untaintResource(workspace, address, extraEnv)
    if (answer.code === 0) adopted.push({ address, id: String(values['id']) })
    else unclear.push({ address, why: lastError(answer.stderr) })
  }
  for (const { address, id, resource } of missing) {
    onProgress(`looking for ${address}`)
    const found =
      id !== undefined && importableById(resource.type)
        ? ({ kind: 'found', id } as const)
        : await findId({ resource, state, aws, onWait: onProgress, patienceMs })
    if (found.kind === 'nothing') continue
    if (found.kind === 'unclear') {
      unclear.push({ address, why: found.why })
      continue
    }
    onProgress(`recording ${address}`)
    const answer = await importResource(workspace, { address, id: found.id }, extraEnv)
    // An import of something that is not there fails: then Terraform was ended before AWS heard of it.
    if (answer.code !== 0) {
      if (
        !/non-existent remote object|NotFound|does not exist|couldn't find resource/i.test(
          answer.stderr + answer.stdout,
        )
      )
        unclear.push({ address, why: lastError(answer.stderr) })
      continue
    }
    adopted.push({ address, id: found.id })
    if ('failed' in found && found.failed) await taintResource(workspace, address, extraEnv)
    state = await stateOf(workspace, extraEnv)
  }
  return { adopted, unclear }
}

/** Removes what a killed Terraform leaves of a local state's lock; the lock itself ended with its process. */
export function dropStaleLockInfo(workspace: Workspace): void {
  const state = workspace.isolated ? filesOf(workspace).state : join(workspace.directory, 'terraform.tfstate')
  rmSync(join(dirname(state), '.terraform.tfstate.lock.info'), { force: true })
}

async function stateOf(workspace: Workspace, extraEnv: NodeJS.ProcessEnv): Promise<readonly StateResource[]> {
  return (await readState(workspace, extraEnv)).resources
}

/** Types whose id in the state is what `terraform import` wants, so that an id from the stream can be used as it is. */
function importableById(type: string): boolean {
  return /^aws_(?:vpc|subnet|internet_gateway|nat_gateway|eip|route_table|security_group|vpc_endpoint|launch_template|kms_key|kms_alias|iam_role|iam_policy|iam_instance_profile|cloudwatch_log_group|lambda_function|placement_group|eks_cluster|eks_node_group|eks_addon|eks_access_entry|eks_access_policy_association|vpc_security_group_(?:in|e)gress_rule)$/.test(
    type,
  )
}

function rank(type: string): number {
  const order = [
    'aws_vpc',
    'aws_iam_role',
    'aws_kms_key',
    'aws_subnet',
    'aws_route_table',
    'aws_internet_gateway',
    'aws_security_group',
    'aws_eks_cluster',
    'aws_eks_access_entry',
  ]
  const index = order.indexOf(type)
  return index === -1 ? order.length : index
}

function lastError(stderr: string): string {
  const lines = stderr
    .replace(/[╷│╵]/g, '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
  return lines.find((line) => line.startsWith('Error:'))?.slice(7) ?? lines.at(-1) ?? 'the import failed'
}
