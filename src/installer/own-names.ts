/** Namespace of the installer's own two objects. */
export const systemNamespace = 'kube-system'

/** ConfigMap that lists what the installer has made. */
export const inventoryName = 'eks-gpu-clusters-inventory'

/** Lease that serialises runs. */
export const leaseName = 'eks-gpu-clusters-installer'
