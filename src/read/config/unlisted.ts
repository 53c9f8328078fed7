/** A name that our catalogue does not have, made by {@link unlisted}; JSON and YAML files write `{ $unlisted: g9.xlarge }`. */
export type Unlisted = { readonly $unlisted: string }

/**
 * An instance type or Kubernetes version that is newer than the catalogue of this release. It goes to Terraform as it is;
 * what the catalogue would have said about it is not checked.
 *
 * @example
 * defineCluster({ cluster_name: 'ai', gpu_node_groups: { new: { instance_types: [unlisted('g9.xlarge')] } } })
 */
export function unlisted(name: string): Unlisted {
  return { $unlisted: name }
}
