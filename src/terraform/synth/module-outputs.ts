/** Outputs of the module that a root hands on, as the examples do. */
export const moduleOutputs: readonly { readonly output: string; readonly description: string }[] = [
  { output: 'cluster_name', description: 'Name of the cluster.' },
  { output: 'configure_kubectl', description: 'Command that adds the cluster to your kubeconfig.' },
  { output: 'access', description: 'Ways to run kubectl against the private endpoint.' },
  { output: 'node_group_names', description: 'Names of the GPU node groups as EKS knows them.' },
  { output: 'gpu_capacity', description: 'GPUs by group, at its minimum and maximum size.' },
  {
    output: 'installer_function_name',
    description: 'Lambda function that tells how the cluster is: invoke it with {"action":"status"}.',
  },
]
