import type { ModuleSource } from '../../src/read/terraform/module-rules/module-source.ts'
import { betweenMarks } from './between-marks.ts'
import { type RuleText, ruleTexts } from './rule-texts.ts'

/** Who refuses what a rule refuses before Terraform does: the compiler in the module's words, the type of the field, or `synth`. */
export type RefusedWhere = RuleText & { readonly by: 'compiler' | 'field' | 'synth'; readonly why?: string }

/** Rules that say what values a field may have, by how their messages begin: its type says the same. */
const byField: readonly string[] = [
  'cluster_version must be',
  'support_type must be',
  'kms_key.arn is null',
  'control_plane_log_types may hold',
  'log_retention_days must be',
  'nat must be',
  'system_node_group.kubernetes_version must be',
  'capacity_type must be',
  'capacity_reservation.preference must be',
  "A taint's effect must be",
  'ami_family must be',
  'user_data must be left out',
  'local_storage must be',
  'kubernetes_version must be',
  'sharing.mig.strategy must be',
  'kubelet.cpu_manager_policy must be',
  'kubelet.topology_manager_policy must be',
  'kubelet.topology_manager_scope must be',
  'autoscaler must be',
  'cluster_autoscaler.expanders may hold',
  'GPU group "…" has an unknown ami_type',
  'GPU group "…" has ami_type "…": EKS stopped building',
  'GPU group "…" has GPU types (…) on ami_type',
  'system_node_group has GPU types',
]

const form = 'the form of a text'
const addresses = 'computes with addresses'
const product = 'multiplies figures'

/** Rules that only `synth` computes, by how their messages begin, and why the types do not. */
const bySynth: Readonly<Record<string, string>> = {
  'cluster_name must start': form,
  'public_access_cidrs must be': form,
  'private_access_cidrs must be': form,
  'vpc_cidr must be': form,
  'private_subnet_cidrs must be IPv4': form,
  'vpc_endpoints.allowed_cidrs must be': form,
  'Group names must start': form,
  'schedule.start and schedule.end must be': form,
  'root_volume.iops must lie': product,
  'A gp3 volume has at most': product,
  'scale_down.unneeded_time and unready_time must be': form,
  'An eviction threshold must be': form,
  'Reserved cpu must be': form,
  'Reserved memory and ephemeral_storage must be': form,
  'extra_user_data.node_config must be': 'reads YAML',
  'No line of extra_user_data may begin': form,
  'preload_images must be': form,
  'iam_role_path must begin': form,
  'cluster_autoscaler has a duration': form,
  'dcgm_exporter.service_monitor.interval must be': form,
  'image_mirror must be': form,
  'image_registries must hold': form,
  'GPU group "…" asks for more MIG devices': 'adds up slices',
  'GPU group "…": extra_user_data.toml opens a table': 'reads TOML',
  'GPU group "…" has max_pods = …, and': addresses,
  'GPU group "…" derives … tags': 'counts tags',
  'GPU group "…": AWS allows 128 characters': 'counts characters',
  'GPU group "…" has a schedule without time': 'computes with dates',
  'GPU group "…" has no subnets': "the cluster's own rule on subnets comes first",
  'EKS has one access entry': 'compares principals, also with who applies',
  'private_subnet_cidrs (…) must lie': addresses,
  'vpc_cidr … cannot hold': addresses,
  'vpc_endpoints.policies names services': 'which endpoints there are follows from several inputs',
}

/** Every rule of the module, in the order of its files. Throws for a beginning above that is of no rule, or of several. */
export function refusedWhere(source: ModuleSource): readonly RefusedWhere[] {
  const rules = ruleTexts(source)
  for (const start of [...byField, ...Object.keys(bySynth)]) {
    const begun = rules.filter(({ text }) => text.startsWith(start)).length
    if (begun !== 1) throw new Error(`scripts/generate/refused-where.ts: ${begun} rules begin with '${start}'`)
  }
  return rules.map((rule): RefusedWhere => {
    const start = Object.keys(bySynth).find((each) => rule.text.startsWith(each))
    const why = start === undefined ? undefined : bySynth[start]
    if (why !== undefined) return { ...rule, by: 'synth', why }
    return { ...rule, by: byField.some((each) => rule.text.startsWith(each)) ? 'field' : 'compiler' }
  })
}

/** `docs/typescript.md` with its table of rules renewed. Throws when the marks are missing. */
export function withRefusedWhere(page: string, source: ModuleSource): string {
  const rows = refusedWhere(source).map(
    ({ text, by, why }) => `| ${cell(text)} | ${by === 'synth' ? `\`synth\`: ${why}` : words[by]} |`,
  )
  return betweenMarks(page, 'rules', ['| rule | refused by |', '|---|---|', ...rows], 'docs/typescript.md')
}

const words = { compiler: 'the compiler, `synth`', field: "the field's type, `synth`" }

/** The beginning of a message, which says what is wrong; the rest says why and what to do. */
function cell(text: string): string {
  const whole = text.replace(/ Wrong: ….*$/s, '').replace(/\.$/, '')
  const [first = whole] = /^.{40,}?(?=: | \(|; |, (?:which|so|and|whose|such) )/s.exec(whole) ?? []
  return first.replaceAll('|', '\\|')
}
