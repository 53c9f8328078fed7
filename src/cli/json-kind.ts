/** What a JSON file is by its beginning: a plan as `terraform show -json` prints it, a cluster of ours, or something else. */
export function jsonKind(head: string): 'plan' | 'cluster' | 'other' {
  // A Kubernetes object may have fields of these names as well.
  if (/^\s*\{\s*"(?:apiVersion|kind)"/.test(head)) return 'other'
  if (/"(?:format_version|planned_values|terraform_version)"/.test(head)) return 'plan'
  return /^\s*\{/.test(head) && /"(?:nodeGroups|kubernetesVersion)"\s*:/.test(head) ? 'cluster' : 'other'
}

/** So many characters of a file are enough for {@link jsonKind}. */
export const headLength = 65_536
