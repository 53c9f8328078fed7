/**
 * Reason and message of a pod that the kubelet does not take, since a device plugin refuses it devices; no container of it ever starts.
 * @param refusal what the plugin said. Source: Kubernetes pkg/kubelet/cm/devicemanager/manager.go, pkg/kubelet/lifecycle/predicate.go.
 */
export function rejectedPod(refusal: string): { readonly reason: string; readonly message: string } {
  return {
    reason: 'UnexpectedAdmissionError',
    message: `Pod was rejected: Allocate failed due to rpc error: code = Unknown desc = ${refusal}, which is unexpected`,
  }
}
