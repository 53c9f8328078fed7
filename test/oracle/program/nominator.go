package main

import (
	v1 "k8s.io/api/core/v1"
	"k8s.io/klog/v2"
	fwk "k8s.io/kube-scheduler/framework"
	"k8s.io/kubernetes/pkg/scheduler/framework"
)

// nominator knows which waiting pod has been promised which node.
type nominator struct {
	pods []nominated
}

type nominated struct {
	pod  *v1.Pod
	node string
}

func (nominator *nominator) set(pod *v1.Pod, node string) {
	nominator.DeleteNominatedPodIfExists(pod)
	pod.Status.NominatedNodeName = node
	if node != "" {
		nominator.pods = append(nominator.pods, nominated{pod, node})
	}
}

func (nominator *nominator) AddNominatedPod(klog.Logger, fwk.PodInfo, *nominatingInfo) {}

func (nominator *nominator) UpdateNominatedPod(klog.Logger, *v1.Pod, fwk.PodInfo) {}

func (nominator *nominator) DeleteNominatedPodIfExists(pod *v1.Pod) {
	kept := nominator.pods[:0]
	for _, entry := range nominator.pods {
		if entry.pod.UID != pod.UID {
			kept = append(kept, entry)
		}
	}
	nominator.pods = kept
}

func (nominator *nominator) NominatedPodsForNode(node string) []fwk.PodInfo {
	var infos []fwk.PodInfo
	for _, entry := range nominator.pods {
		if entry.node == node {
			if info, err := framework.NewPodInfo(entry.pod); err == nil {
				infos = append(infos, info)
			}
		}
	}
	return infos
}
