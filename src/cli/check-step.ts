import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Problem } from '../cluster/problem.ts'
import {
  inspectModuleCalls,
  type ModuleCallFindings,
  type UnknownAttribute,
} from '../read/terraform/unknown-attributes.ts'
import { complain } from './context.ts'
import type { Job, Variables } from './open-job.ts'

/** Our own module, beside the program. */
const ownModule = fileURLToPath(new URL('../../modules/eks-gpu-cluster', import.meta.url))

/** Finds names that the module does not know; each is told. */
export async function checkAttributes(job: Job, variables: Variables): Promise<ModuleCallFindings> {
  const findings = await inspectModuleCalls(job.root, variables.files, ownModule)
  for (const each of findings.unknown) complain(job.context, problemOf(each, job.context.process.cwd()))
  return findings
}

/** Words an unknown attribute as a problem. */
function problemOf(unknown: UnknownAttribute, from: string): Problem {
  const { name, path, group, nearest, known, call } = unknown
  const where =
    path === ''
      ? `module.${call} has an argument ${name}`
      : group === undefined
        ? `${path} has an attribute ${name}`
        : path === `gpu_node_groups.${group}`
          ? `GPU node group ${group} has an attribute ${name}`
          : `${path.slice(`gpu_node_groups.${group}.`.length)} of GPU node group ${group} has an attribute ${name}`
  return {
    id: 'unknown-attribute',
    what: `${where}, which the module does not know.`,
    why:
      path === ''
        ? 'Terraform refuses it.'
        : 'Terraform drops unknown attributes of an object without a word, so this line would do nothing.',
    fix: nearest === undefined ? `remove it, or use one of ${known.join(', ')}` : `did you mean ${nearest}?`,
    at: { file: relative(from, unknown.file) || unknown.file, line: unknown.at.line, column: unknown.at.column },
  }
}
